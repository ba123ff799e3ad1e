using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Notes;

/// <summary>What everybody reads about a feature that is gone gets a correction, which people approve and publish.</summary>
internal sealed class NotesRollbackStep(NoteService notes) : IRollbackStep
{
    public string Name => "notes-correction";

    public string Title => "Draft a correction of the release notes";

    public int Order => 300;

    public async Task<Outcome<string>> ExecuteAsync(Guid operationId, Rollback rollback, CancellationToken cancellationToken)
    {
        var rollout = rollback.Rollout;
        if (!rollout.IsProduction) return $"Not touched: {rollout.Environment} is not production.";
        return await notes.CorrectAsync(operationId, rollout.Release, rollback.Reason, Actor.System("release notes"), cancellationToken);
    }
}
