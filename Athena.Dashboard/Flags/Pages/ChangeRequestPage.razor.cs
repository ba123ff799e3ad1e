using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>One change that waits for approval: what it changes, who approved, and what can be done about it.</summary>
public sealed partial class ChangeRequestPage
{
    private static readonly Crumb[] Crumbs = [new("Flags", "flags"), new("Change requests", "change-requests")];

    private ChangeRequestView? view;
    private Actor actor = default!;
    private TargetEnvironment? environment;
    private ImmutableArray<SegmentUse> uses = [];
    private string? mayNotApprove;
    private string? mayNotApply;
    private string? mayNotClose;
    private bool isRead;
    private ConfirmDialog applying = default!;
    private ConfirmDialog closing = default!;

    [Inject]
    private ChangeRequestQueries Queries { get; set; } = default!;

    [Inject]
    private SegmentQueries Segments { get; set; } = default!;

    [Inject]
    private ChangeRequestService Service { get; set; } = default!;

    [Inject]
    private IProcessCatalog Process { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    [CascadingParameter]
    private PersonZone? Person { get; set; }

    [Parameter]
    public required Guid Id { get; set; }

    private string EnvironmentTitle => environment?.Title ?? view!.Request.Environment;

    private string? Confirming => environment is { IsProduction: true } ? environment.Key : null;

    private string Wanted => view is { Rule: { } rule } ? $"{rule.Needed} of {string.Join(", ", rule.Roles.Select(role => role.Title()))}; not {view.Request.AuthorName}." : "The environment asks for none any more.";

    protected override bool Concerns(EventEnvelope envelope) =>
        envelope.Subject == ChangeRequestSubject.Of(Id) || (view is not null && envelope.Subject == (view.Request.FlagKey is { } key ? FlagSubject.Of(key) : SegmentSubject.Of(view.Request.Key)));

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        actor = await Actors.GetAsync(cancellationToken);
        view = await Queries.FindAsync(Id, cancellationToken);
        isRead = true;
        if (view is not { Request: var request }) return;
        uses = request.FlagKey is null && await Segments.FindAsync(request.Key, cancellationToken) is { } segment ? segment.Uses : [];
        environment = Process.Current.Document.FindEnvironment(request.Environment);
        var now = Clock.GetUtcNow();
        // The commands ask again; what they would say now is what the buttons say.
        mayNotApprove = environment is null ? "The environment is gone."
            : request.Valid.Any(approval => approval.ActorId == actor.Id) && !view.IsVoid ? "You have approved it."
            : request.Approve(request.Hash, view.Current, environment, actor, now).Refusal?.Sentence();
        mayNotApply = environment is null ? "The environment is gone."
            : request.Apply(view.Current, environment).Refusal?.Sentence() ?? FlagDecisions.Lacks(actor, environment, ExposureEffect.Raises)?.Sentence();
        mayNotClose = request.Close("", environment, actor).Refusal?.Sentence();
    }

    private async Task<Refusal?> ApproveAsync() => (await Service.ApproveAsync(Id, view!.Request.Hash, await Actors.GetAsync(), CancellationToken.None)).Refusal;

    private async Task<Refusal?> ApplyAsync() => (await Service.ApplyAsync(Id, Confirming, await Actors.GetAsync(), CancellationToken.None)).Refusal;

    private async Task<Refusal?> CloseAsync(string reason) => (await Service.CloseAsync(Id, reason, await Actors.GetAsync(), CancellationToken.None)).Refusal;

    private async Task<Refusal?> RenewAsync() => (await Service.RenewAsync(Id, view!.Request.Version, await Actors.GetAsync(), CancellationToken.None)).Refusal;

    private string What => view!.Request switch { { SegmentAfter: not null } => "segment", { FlagAfter: not null } => "flag", _ => "setting" };

    private string Before(ChangeRequest request) => Written(request.SegmentBefore, request.FlagBefore, request.Before);

    private string After(ChangeRequest request) => Written(request.SegmentAfter, request.FlagAfter, request.After);

    private string Written(Segment? segment, Flag? values, FlagEnvironment? setting) =>
        segment is not null ? SegmentPage.Written(segment)
        : values is not null ? VariantText.Of(values)
        : setting is not null ? SettingText.Of(setting, view!.Current.Flag?.Exposed.Name ?? Variant.On, (Person ?? PersonZone.Utc).Zone)
        : "";
}
