using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;

namespace Athena.Dashboard.Notes;

/// <summary>
/// A release that somebody took to rolled back gets a correction drafted into its published notes. Where a rollout did
/// it, <see cref="NotesRollbackStep"/> does that, in the journal.
/// </summary>
internal sealed class RollbackCorrections(NoteService notes) : IEventConsumer
{
    public string Name => "notes-rollback-corrections";

    public bool Concerns(EventEnvelope envelope) => envelope.Is<ReleaseStateChanged>();

    public async Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken)
    {
        if (envelope.Event is not ReleaseStateChanged { To: ReleaseState.RolledBack } rolledBack || envelope.Row.ActorKind == ActorKind.System) return;
        await notes.CorrectAsync(envelope.Row.Id, rolledBack.Version, rolledBack.Reason ?? "", Actor.System("release notes"), cancellationToken);
    }
}
