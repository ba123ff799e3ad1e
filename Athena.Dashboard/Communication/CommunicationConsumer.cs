using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Notes.Contracts;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Recovery.Contracts;
using Athena.Dashboard.Releases.Contracts;

namespace Athena.Dashboard.Communication;

/// <summary>What timelines and mail to single people follow.</summary>
internal sealed class CommunicationConsumer(CommunicationPlanner planner, DirectMail direct) : IEventConsumer
{
    public string Name => "communication";

    public bool Concerns(EventEnvelope envelope) =>
        envelope.Is<ReleasePlanned>()
        || envelope.Is<ReleaseRescheduled>()
        || envelope.Is<ReleaseStateChanged>()
        || envelope.Is<ReleaseCancelled>()
        || envelope.Is<NotesPublished>()
        || envelope.Is<PostMortemPublished>()
        || envelope.Is<PostMortemReopened>()
        || envelope.Is<GateItemAssigned>()
        || envelope.Is<FlagRemovalReminded>();

    public Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken) => envelope.Event switch
    {
        ReleasePlanned planned => planner.BeginAsync(planned, cancellationToken),
        ReleaseRescheduled moved => planner.MoveAsync(moved, cancellationToken),
        // Where a rollout took the release back, its journal does this.
        ReleaseStateChanged { To: ReleaseState.RolledBack } when envelope.Row.ActorKind == ActorKind.System => Task.CompletedTask,
        ReleaseStateChanged { To: ReleaseState.RolledBack } rolledBack => planner.RollBackAsync(envelope.Row.Id, rolledBack.Version, envelope.At, cancellationToken),
        ReleaseCancelled cancelled => planner.CloseAsync(cancelled.Version, $"Release {cancelled.Version} was cancelled: {cancelled.Reason}", cancellationToken),
        NotesPublished published => planner.TickAsync(published.Release, "notes-publication", $"Published by {envelope.Row.ActorName}", cancellationToken),
        PostMortemPublished published => planner.TickAsync(published.Release, RollbackStepKeys.PostMortem, $"Published by {envelope.Row.ActorName}", cancellationToken),
        PostMortemReopened reopened => planner.UntickAsync(reopened.Release, RollbackStepKeys.PostMortem, cancellationToken),
        GateItemAssigned assigned => direct.AskAsync(envelope, assigned, cancellationToken),
        FlagRemovalReminded reminded => direct.RemindAsync(envelope, reminded, cancellationToken),
        _ => Task.CompletedTask,
    };
}
