using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Releases.Domain;

namespace Athena.Dashboard.Releases;

/// <summary>Commands of rollouts on their release.</summary>
internal sealed class ReleaseProgress(ReleaseWriter writer, ReleaseIntents intents) : IReleaseProgress
{
    public async Task<Outcome<ReleaseSummary>> CompleteAsync(Guid operationId, string version, Actor actor, CancellationToken cancellationToken)
    {
        var completed = await writer.DecideAsync(
            version,
            version: null,
            actor,
            (release, now) => release.Complete(actor, now),
            cancellationToken,
            ReleaseWriter.ClosingOf(ReleaseState.Completed),
            operationId);
        if (completed.IsAccepted) await intents.TryCarryOutAsync(actor, cancellationToken);
        return completed.Then<ReleaseSummary>(release => release.ToSummary());
    }

    public async Task<Outcome<ReleaseSummary>> RollBackAsync(Guid operationId, string version, string reason, Actor actor, CancellationToken cancellationToken)
    {
        var rolledBack = await writer.DecideAsync(
            version,
            version: null,
            actor,
            (release, now) => release.RollBack(reason, actor, now),
            cancellationToken,
            operationId: operationId);
        return rolledBack.Then<ReleaseSummary>(release => release.ToSummary());
    }
}
