using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Recovery.Contracts;
using Athena.Dashboard.Recovery.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Recovery.Pages;

/// <summary>The text of one post-mortem, and what follows from it.</summary>
public sealed partial class PostMortemPage
{
    private ProcedureView? view;
    private Actor? actor;
    private string html = "";
    private bool isMissing;
    private ConfirmDialog publish = default!;
    private FollowUpDialog followUp = default!;

    [Parameter]
    public Guid Id { get; set; }

    [Inject]
    private RecoveryQueries Queries { get; set; } = default!;

    [Inject]
    private PostMortemService Service { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    private DateOnly Today => DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime);

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject == RecoverySubject.Of(Id);

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        view = await Queries.FindAsync(Id, cancellationToken);
        isMissing = view?.Report is null;
        actor = await Current.GetAsync(cancellationToken);
        html = view?.Report is { IsPublished: true, Text: var text } ? Queries.Preview(text).Match(safe => safe, refusal => refusal.Title) : "";
    }

    // Another one at the same page keeps the component.
    protected override Task OnParametersSetAsync() => view is null || view.Procedure.Id == Id ? Task.CompletedTask : ReadAsync(Gone);

    private async Task RefreshAsync()
    {
        await ReadAsync(Gone);
        StateHasChanged();
    }

    private string? Denied(Procedure procedure) => RecoveryPhrases.Why(PostMortemService.Denies(procedure, actor!));

    private string? WhyNotPublish(Procedure procedure) =>
        Denied(procedure)
        ?? (procedure.Find(RollbackStepKeys.PostMortem) is { IsCompleted: false } step ? RecoveryPhrases.Why(procedure.WhyNotComplete(step.Key, actor!)) : null);

    private string? WhyNotTick(Procedure procedure, FollowUp one) => one.OwnerId == actor!.Id && actor.May(Permission.TakePart) ? null : Denied(procedure);

    private Task<Refusal?> PublishAsync() => DoAsync(by => Service.PublishAsync(Id, view!.Report!.Version, by, Gone));

    private Task<Refusal?> TickAsync(FollowUp one) => DoAsync(by => Service.TickFollowUpAsync(Id, view!.Report!.Version, one.Id, !one.IsDone, by, Gone));

    private async Task<Refusal?> DoAsync(Func<Actor, Task<Outcome<PostMortem>>> command)
    {
        var outcome = await command(await Current.GetAsync(Gone));
        if (outcome.IsAccepted) await RefreshAsync();
        return outcome.Refusal;
    }
}
