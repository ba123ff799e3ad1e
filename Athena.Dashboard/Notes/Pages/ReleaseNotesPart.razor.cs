using System.Collections.Immutable;
using Athena.Dashboard.Notes.Contracts;
using Athena.Dashboard.Notes.Domain;
using Athena.Dashboard.Notes.Storage;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Releases.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Notes.Pages;

/// <summary>The notes of one release: writing, approving, publishing; a part of its screen.</summary>
public sealed partial class ReleaseNotesPart
{
    private bool isRead;
    private NotesDocument? document;
    private ImmutableArray<NotesComment> comments = [];
    private Refusal? cannotPublish;
    private string? missingDate;
    private NoteHistoryDialog history = default!;
    private ConfirmDialog publish = default!;

    /// <summary>The release's version.</summary>
    [Parameter, EditorRequired]
    public required string Version { get; set; }

    [Inject]
    private NoteQueries Queries { get; set; } = default!;

    [Inject]
    private NoteService Service { get; set; } = default!;

    [Inject]
    private IReleaseLookup Releases { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    private Actor Actor { get; set; } = default!;

    private List<RefusalItem> LinkProblems => [.. cannotPublish!.Items.Where(item => item.Expected is not null)];

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject == NoteSubject.Of(Version) || envelope.Subject == ReleaseSubject.Of(Version);

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        Actor = await Current.GetAsync(cancellationToken);
        document = await Queries.DocumentAsync(Version, cancellationToken);
        comments = await Queries.CommentsAsync(Version, cancellationToken);
        cannotPublish = document is null ? null : await Queries.CannotPublishAsync(document, Actor, cancellationToken);
        missingDate = document is null || await Releases.FindAsync(Version, cancellationToken) is not { } release ? null : NotesText.MissingDate(document.Text, release.TargetDate);
        isRead = true;
    }

    private async Task<Refusal?> StartAsync() => await DoAsync(actor => Service.StartAsync(Version, actor, Gone));

    private Task<Refusal?> ApproveAsync(Role role) => DoAsync(actor => Service.ApproveAsync(Version, document!.Draft.Version, role, actor, Gone));

    private Task<Refusal?> WithdrawAsync() => DoAsync(actor => Service.WithdrawAsync(Version, document!.Draft.Version, actor, Gone));

    private Task<Refusal?> PublishAsync() => DoAsync(actor => Service.PublishAsync(Version, document!.Draft.Version, actor, Gone));

    private string? WhyNotApprove(NotesDraft draft, Role role) => NotePhrases.Why(draft.Approve(role, Actor, Clock.GetUtcNow()).Refusal);

    private async Task<Refusal?> DoAsync(Func<Actor, Task<Outcome<NotesDraft>>> command)
    {
        var outcome = await command(await Current.GetAsync(Gone));
        if (outcome.IsAccepted) await ReadAsync(Gone);
        return outcome.Refusal;
    }
}
