using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Notes.Contracts;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Releases.Contracts;

namespace Athena.Dashboard.Notes;

/// <summary>Settles the gate item "Release notes prepared": approved by everybody who has to, as they are now.</summary>
internal sealed class NotesApprovedCheck(INotesLookup notes) : IGateCheck
{
    public string Name => NotesChecks.Approved;

    public Subject? Concerns(EventEnvelope envelope) =>
        envelope.Is<NotesApproved>() || envelope.Is<NotesApprovalVoided>() || envelope.Is<NotesApprovalWithdrawn>() || envelope.Is<NotesDrafted>()
            ? ReleaseSubject.Of(envelope.Subject.Id)
            : null;

    public async Task<GateCheckResult> EvaluateAsync(Subject subject, CancellationToken cancellationToken)
    {
        if (subject.Kind != ReleaseSubject.Kind) return new GateCheckResult(false, $"Only releases have notes, and this is {subject}.");
        var link = $"/releases/{subject.Id}?tab=notes";
        return await notes.FindAsync(subject.Id, cancellationToken) switch
        {
            null => new GateCheckResult(false, "The release notes have not been started.", link),
            { IsApproved: true } status => new GateCheckResult(true, "The release notes are approved.", link, status.Sha256),
            var status => new GateCheckResult(false, $"The release notes lack the approval of {string.Join(" and ", status.MissingApprovals)}.", link, status.Sha256),
        };
    }
}
