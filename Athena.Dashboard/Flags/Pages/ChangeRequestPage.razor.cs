using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
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
    private FlagView? flag;
    private Actor actor = default!;
    private TargetEnvironment? environment;
    private string? mayNotApprove;
    private string? mayNotApply;
    private string? mayNotClose;
    private bool isRead;
    private ConfirmDialog applying = default!;
    private ConfirmDialog closing = default!;

    [Inject]
    private ChangeRequestQueries Queries { get; set; } = default!;

    [Inject]
    private ChangeRequestService Service { get; set; } = default!;

    [Inject]
    private FlagQueries Flags { get; set; } = default!;

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
        envelope.Subject == ChangeRequestSubject.Of(Id) || (view is not null && envelope.Subject == FlagSubject.Of(view.Request.FlagKey));

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        actor = await Actors.GetAsync(cancellationToken);
        view = await Queries.FindAsync(Id, cancellationToken);
        isRead = true;
        if (view is not { Request: var request }) return;
        flag = await Flags.FindViewAsync(request.FlagKey, cancellationToken);
        environment = Process.Current.Document.FindEnvironment(request.Environment);
        var (current, now) = (Current, Clock.GetUtcNow());
        // The commands ask again; what they would say now is what the buttons say.
        mayNotApprove = environment is null ? "The environment is gone."
            : request.Valid.Any(approval => approval.ActorId == actor.Id) && !view.IsVoid ? "You have approved it."
            : request.Approve(request.Hash, current, environment, actor, now, flag?.Flag).Refusal?.Sentence();
        mayNotApply = environment is null ? "The environment is gone."
            : request.Apply(current, environment, flag?.Flag).Refusal?.Sentence() ?? FlagDecisions.Lacks(actor, environment, ExposureEffect.Raises)?.Sentence();
        mayNotClose = request.Close("", environment, actor).Refusal?.Sentence();
    }

    private FlagEnvironment Current => flag?.In(view!.Request.Environment) ?? view!.Request.Before;

    private async Task<Refusal?> ApproveAsync() => (await Service.ApproveAsync(Id, view!.Request.Hash, await Actors.GetAsync(), CancellationToken.None)).Refusal;

    private async Task<Refusal?> ApplyAsync() => (await Service.ApplyAsync(Id, Confirming, await Actors.GetAsync(), CancellationToken.None)).Refusal;

    private async Task<Refusal?> CloseAsync(string reason) => (await Service.CloseAsync(Id, reason, await Actors.GetAsync(), CancellationToken.None)).Refusal;

    private async Task<Refusal?> RenewAsync()
    {
        var request = view!.Request;
        return (await Service.ReviseAsync(
            Id, request.Version, Current.Version, FlagSettings.Of(request.After), request.After.Enabled, request.Reason, request.Override, await Actors.GetAsync(), CancellationToken.None)).Refusal;
    }

    private string Before(ChangeRequest request) => request.FlagBefore is { } flag ? VariantText.Of(flag) : Written(request.Before);

    private string After(ChangeRequest request) => request.FlagAfter is { } flag ? VariantText.Of(flag) : Written(request.After);

    private string Written(FlagEnvironment setting) => SettingText.Of(setting, flag?.Flag.Exposed.Name ?? Variant.On, (Person ?? PersonZone.Utc).Zone);
}
