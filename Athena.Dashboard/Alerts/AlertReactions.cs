using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Alerts;

/// <summary>What is told by an event and might be over before the next look.</summary>
internal sealed class AlertReactions(AlertBook book, AlertSignals signals) : IEventConsumer
{
    public string Name => "alerts";

    public bool Concerns(EventEnvelope envelope) => envelope.Is<HealthFeedFailed>() || envelope.Is<HealthFeedRecovered>() || envelope.Is<RollbackDecided>();

    public Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken) => envelope.Event switch
    {
        HealthFeedFailed failed => book.NoteAsync(signals.OfSource(failed.Source, failed.Environment, true, failed.Detail), cancellationToken),
        HealthFeedRecovered recovered => book.NoteAsync(signals.OfSource(recovered.Source, recovered.Environment, false, ""), cancellationToken),
        RollbackDecided decided => book.NoteAsync(
            signals.OfRollback(decided.Rollout.Id, decided.Rollout.FlagKey, decided.Rollout.Environment, decided.Rollout.Release, decided.Reason), cancellationToken),
        _ => Task.CompletedTask,
    };
}
