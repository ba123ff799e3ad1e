using System.Collections.Immutable;
using Athena.Dashboard.Notes.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Notes.Domain;

/// <summary>An approval of exactly one text.</summary>
/// <param name="Sha256">Hash of the text.</param>
public sealed record NotesApproval(Role Role, Guid ById, string By, DateTimeOffset At, string Sha256);

/// <summary>The notes of one release as they are being written. The text itself is in its revision.</summary>
public sealed record NotesDraft : IVersioned
{
    /// <summary>Savings of one person within this time share a revision; longer sittings begin another.</summary>
    public static readonly TimeSpan Sitting = TimeSpan.FromMinutes(10);

    /// <summary>Both have to approve: who answers for the content, and who answers the questions about it.</summary>
    public static readonly ImmutableArray<Role> Approvers = [Role.ProductManager, Role.Support];

    /// <summary>The release's version.</summary>
    public required string Release { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>The version of the process whose template applies.</summary>
    public required int ProcessVersion { get; init; }

    /// <summary>The revision that holds the text, from 1.</summary>
    public required int Revision { get; init; }

    public required DateTimeOffset RevisionStartedAt { get; init; }

    /// <summary>Hash of the text as it is now.</summary>
    public required string Sha256 { get; init; }

    public required Guid EditedById { get; init; }

    public required string EditedBy { get; init; }

    public required DateTimeOffset EditedAt { get; init; }

    /// <summary>All of them to the text as it is now; at most one of each role, at most one of each person.</summary>
    public ImmutableArray<NotesApproval> Approvals { get; init; } = [];

    /// <summary>What fell when the text was changed last, to be shown until it is approved again.</summary>
    public ImmutableArray<VoidedApproval> Voided { get; init; } = [];

    /// <summary>Parts that differ from the text whose approval fell.</summary>
    public ImmutableArray<string> ChangedSinceApproval { get; init; } = [];

    /// <summary>Hash of the published text, or null.</summary>
    public string? PublishedSha256 { get; init; }

    public DateTimeOffset? PublishedAt { get; init; }

    public string? PublishedBy { get; init; }

    /// <summary>The event that made the last correction: it does so once.</summary>
    public Guid? CorrectedFor { get; init; }

    public ImmutableArray<Role> MissingApprovals => [.. Approvers.Where(role => Approvals.All(approval => approval.Role != role))];

    public bool IsApproved => MissingApprovals.IsEmpty;

    public bool IsPublishedCurrent => PublishedSha256 == Sha256;

    public static Decision<NotesDraft> Start(string release, int processVersion, string text, Actor actor, DateTimeOffset now) => new(
        new NotesDraft
        {
            Release = release,
            ProcessVersion = processVersion,
            Revision = 1,
            RevisionStartedAt = now,
            Sha256 = NotesText.Hash(text),
            EditedById = actor.Id,
            EditedBy = actor.Name,
            EditedAt = now,
        },
        [new NotesDrafted(release)]);

    /// <summary>Takes a new text; approvals of the old one fall.</summary>
    /// <param name="text">With normal line ends.</param>
    /// <param name="current">The text until now.</param>
    /// <param name="ownRevision">Always begin a revision, as a restored or corrected text does.</param>
    public Decision<NotesDraft> Save(string text, string current, Actor actor, DateTimeOffset now, bool ownRevision = false)
    {
        var hash = NotesText.Hash(text);
        if (hash == Sha256) return new Decision<NotesDraft>(this, []);
        var changed = NotesText.ChangedParts(current, text);
        var continues = !ownRevision
            && EditedById == actor.Id
            && now - RevisionStartedAt < Sitting
            && Revision > 1
            && Approvals.IsEmpty
            && PublishedSha256 != Sha256;
        var voided = Approvals.Select(approval => new VoidedApproval(approval.Role, approval.By)).ToImmutableArray();
        var next = this with
        {
            Revision = continues ? Revision : Revision + 1,
            RevisionStartedAt = continues ? RevisionStartedAt : now,
            Sha256 = hash,
            EditedById = actor.Id,
            EditedBy = actor.Name,
            EditedAt = now,
            Approvals = [],
            Voided = voided.IsEmpty ? Voided : voided,
            ChangedSinceApproval = voided.IsEmpty ? [.. ChangedSinceApproval.Union(Voided.IsEmpty ? [] : changed)] : changed,
        };
        ImmutableArray<IDomainEvent> events = [new NotesSaved(Release, next.Revision, hash, text.Length)];
        return new Decision<NotesDraft>(next, voided.IsEmpty ? events : events.Add(new NotesApprovalVoided(Release, voided, changed)));
    }

    /// <param name="asked">The role to approve as; null for the one that the actor holds and that is missing.</param>
    public Outcome<Decision<NotesDraft>> Approve(Role? asked, Actor actor, DateTimeOffset now)
    {
        if (actor.Lacks(Permission.ApproveNotes, "approve release notes") is { } forbidden) return forbidden;
        if (Approvals.FirstOrDefault(approval => approval.ById == actor.Id) is { } own)
            return Refusal.Conflict("approved_already", $"{actor.Name} has approved this text already, as {own.Role.Title()}.", "One person counts once: the other approval has to come from somebody else.");
        var may = Approvers.Where(role => actor.Is(role) || actor.Is(Role.Administrator)).ToList();
        if (asked is { } role1 && !may.Contains(role1))
            return Refusal.Forbidden($"{actor.Name} is not {role1.Title()}.", [.. new[] { role1.Title(), Role.Administrator.Title() }.Distinct()]);
        // A key may approve by its scope and yet is nobody whose approval is asked for.
        if (may.Count == 0)
            return Refusal.Forbidden($"{actor.Name} is none of those whose approval is asked for.", [.. Approvers.Select(role => role.Title())]);
        var open = MissingApprovals.Where(role => asked is null ? may.Contains(role) : role == asked).ToList();
        if (open.Count == 0)
        {
            return MissingApprovals.IsEmpty
                ? Refusal.Conflict("approved_already", "This text has all its approvals.")
                : Refusal.Conflict("approved_already", $"The approval of {(asked ?? may[0]).Title()} is there already.", $"Still missing: {string.Join(" and ", MissingApprovals.Select(missing => missing.Title()))}.");
        }

        var next = this with
        {
            Approvals = Approvals.Add(new NotesApproval(open[0], actor.Id, actor.Name, now, Sha256)),
            Voided = [.. Voided.Where(fell => fell.Role != open[0])],
        };
        if (next.Voided.IsEmpty) next = next with { ChangedSinceApproval = [] };
        return new Decision<NotesDraft>(next, [new NotesApproved(Release, open[0], Sha256)]);
    }

    /// <summary>Takes the actor's own approval back.</summary>
    public Outcome<Decision<NotesDraft>> Withdraw(Actor actor)
    {
        if (Approvals.FirstOrDefault(approval => approval.ById == actor.Id) is not { } own)
            return Refusal.Conflict("not_approved", $"{actor.Name} has not approved this text.");
        return new Decision<NotesDraft>(this with { Approvals = Approvals.Remove(own) }, [new NotesApprovalWithdrawn(Release, own.Role)]);
    }

    /// <summary>Lets everybody read the text that was approved.</summary>
    public Outcome<Decision<NotesDraft>> Publish(string text, NotesTemplate template, Actor actor, DateTimeOffset now)
    {
        if (CannotPublish(text, template, actor) is { } refusal) return refusal;
        return new Decision<NotesDraft>(
            this with { PublishedSha256 = Sha256, PublishedAt = now, PublishedBy = actor.Name },
            [new NotesPublished(Release, Sha256)]);
    }

    /// <summary>Everything that stands in the way of publishing, at once; null when nothing does. The page's button says the same.</summary>
    public Refusal? CannotPublish(string text, NotesTemplate template, Actor actor)
    {
        if (actor.Lacks(Permission.PublishNotes, "publish release notes") is { } forbidden) return forbidden;
        if (IsPublishedCurrent) return Refusal.Conflict("published_already", $"The notes of {Release} are published as they are.");
        if (NotesText.Hash(text) != Sha256 || Approvals.Any(approval => approval.Sha256 != Sha256)) return Refusal.Stale($"The text of the notes of {Release}");
        var reasons = MissingApprovals
            .Select(role => new RefusalItem(
                $"Approval by {role.Title()}",
                Voided.FirstOrDefault(fell => fell.Role == role) is { } fell
                    ? $"fell when the text changed after {fell.By} had approved it ({string.Join(", ", ChangedSinceApproval)})"
                    : "is missing",
                WhoCan: role.Title()))
            .Concat(NotesText.MissingLinks(text, template))
            .ToImmutableArray();
        return reasons.IsEmpty
            ? null
            : Refusal.Conflict("notes_not_ready", $"The notes of {Release} cannot be published yet.", string.Join(" ", reasons.Select(reason => $"{reason.Place} {reason.Message}."))) with { Items = reasons };
    }

    /// <summary>After a rollback: the draft says so. The published text stays until people approve the correction.</summary>
    /// <param name="cause">Id of the event; the same one corrects once.</param>
    public (Decision<NotesDraft> Decision, string Text)? Correct(Guid cause, string current, string reason, Actor actor, DateTimeOffset now)
    {
        if (PublishedSha256 is null || CorrectedFor == cause) return null;
        var text = NotesText.InsertBelowHeader(
            current,
            $"> **Correction, {NotesText.PrintedDate(DateOnly.FromDateTime(now.UtcDateTime))}**: {Release} was rolled back, and what is described below is not available for now.\n> {reason.ReplaceLineEndings(" ").Trim()}");
        var saved = Save(text, current, actor, now, ownRevision: true);
        return (new Decision<NotesDraft>(saved.State with { CorrectedFor = cause }, saved.Events.Add(new NotesCorrectionDrafted(Release, reason))), text);
    }
}
