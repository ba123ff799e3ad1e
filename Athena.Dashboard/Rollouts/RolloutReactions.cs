using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;

namespace Athena.Dashboard.Rollouts;

/// <summary>
/// What rollouts do when a release or a flag changes, or reports are missing. Every event comes at least once, and
/// maybe late: what it says has happened, whatever is true by now.
/// </summary>
internal sealed partial class RolloutReactions(
    RolloutService service,
    RolloutQueries queries,
    ILogger<RolloutReactions> logger) : IEventConsumer
{
    private static readonly Actor Engine = Actor.System(RolloutTick.Engine);

    public string Name => "rollouts";

    public bool Concerns(EventEnvelope envelope) =>
        envelope.Is<ReleaseStateChanged>() || envelope.Is<ReleaseCancelled>() || envelope.Is<FlagSwitchedOff>() || envelope.Is<HealthGapFound>();

    public Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken) => envelope.Event switch
    {
        ReleaseStateChanged { To: ReleaseState.RollingOut } changed => StartPlannedAsync(changed.Version, envelope.Row.ActorName, cancellationToken),
        ReleaseStateChanged { To: ReleaseState.RolledBack } changed => PauseOthersAsync(changed.Version, envelope.At, cancellationToken),
        ReleaseCancelled cancelled => CallOffPlannedAsync(cancelled.Version, cancelled.Reason, cancellationToken),
        FlagSwitchedOff { RolloutId: { } id } off => service.InterruptAsync(id, $"Switched off by {off.By}: {off.Reason}", envelope.At, Engine, cancellationToken),
        HealthGapFound gap => service.NoteGapAsync(gap, envelope.Row.Id, Engine, cancellationToken),
        _ => Task.CompletedTask,
    };

    private async Task StartPlannedAsync(string release, string by, CancellationToken cancellationToken)
    {
        foreach (var rollout in await InProductionAsync(release, cancellationToken))
        {
            if (rollout.State != RolloutState.Planned) continue;
            var started = await service.StartAsync(rollout.Id, null, $"Release {release} went to rolling out, by {by}.", Engine, cancellationToken);
            if (started.Refusal is { } refusal) Log.NotStarted(logger, rollout.Id, refusal.Title);
        }
    }

    private async Task PauseOthersAsync(string release, DateTimeOffset happenedAt, CancellationToken cancellationToken)
    {
        foreach (var rollout in await InProductionAsync(release, cancellationToken))
            await service.InterruptAsync(rollout.Id, $"Release {release} was rolled back.", happenedAt, Engine, cancellationToken);
    }

    private async Task CallOffPlannedAsync(string release, string reason, CancellationToken cancellationToken)
    {
        foreach (var rollout in await queries.ListOfReleaseAsync(release, cancellationToken))
        {
            if (rollout.State == RolloutState.Planned)
                await service.CallOffAsync(rollout.Id, null, Shorten($"Release {release} was cancelled: {reason}"), Engine, cancellationToken);
        }
    }

    private async Task<IEnumerable<RolloutSummary>> InProductionAsync(string release, CancellationToken cancellationToken) =>
        (await queries.ListOfReleaseAsync(release, cancellationToken)).Where(rollout => rollout.IsProduction && !rollout.State.IsOver());

    private static string Shorten(string reason) => reason.Length <= RolloutCommands.LongestReason ? reason : reason[..RolloutCommands.LongestReason];

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Rollout {RolloutId} was not started with its release: {Why}")]
        public static partial void NotStarted(ILogger logger, Guid rolloutId, string why);
    }
}
