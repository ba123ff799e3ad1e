using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Recovery.Contracts;
using Athena.Dashboard.Recovery.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Recovery.Pages;

/// <summary>One rollback, step by step: who does what until when, what the product knows, and what is left.</summary>
public sealed partial class ProcedurePage
{
    private ProcedureView? view;
    private Actor? actor;
    private ProcedureStep? reopened;
    private bool isMissing;
    private StepDialog work = default!;
    private ConfirmDialog reopen = default!;
    private ConfirmDialog callOff = default!;

    [Parameter]
    public Guid Id { get; set; }

    [Inject]
    private RecoveryQueries Queries { get; set; } = default!;

    [Inject]
    private RecoveryService Service { get; set; } = default!;

    [Inject]
    private PostMortemService PostMortems { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    protected override bool Ticks => view?.Procedure.IsOpen ?? false;

    private DateTimeOffset Now => Clock.GetUtcNow();

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject == RecoverySubject.Of(Id);

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        view = await Queries.FindAsync(Id, cancellationToken);
        isMissing = view is null;
        actor = await Current.GetAsync(cancellationToken);
    }

    // What is overdue is reckoned anew; nothing else changes by itself.
    protected override Task ReadOnTickAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Another procedure at the same page keeps the component.
    protected override Task OnParametersSetAsync() => view is null || view.Procedure.Id == Id ? Task.CompletedTask : ReadAsync(Gone);

    private async Task RefreshAsync()
    {
        await ReadAsync(Gone);
        StateHasChanged();
    }

    private Task AskReopenAsync(ProcedureStep step)
    {
        reopened = step;
        StateHasChanged();
        return reopen.OpenAsync();
    }

    private Task<Refusal?> ReopenAsync(string reason) => DoAsync(by => Service.ReopenAsync(Id, view!.Procedure.Version, reopened!.Key, reason, by, Gone));

    private Task<Refusal?> CallOffAsync(string reason) => DoAsync(by => Service.CallOffAsync(Id, view!.Procedure.Version, reason, by, Gone));

    private Task<Refusal?> LookAsync() => DoAsync(by => Service.LookAsync(Id, by, Gone));

    private async Task<Refusal?> StartReportAsync()
    {
        var started = await PostMortems.StartAsync(Id, await Current.GetAsync(Gone), Gone);
        if (started.IsAccepted) Navigation.NavigateTo($"recovery/{Id}/post-mortem");
        return started.Refusal;
    }

    private async Task<Refusal?> DoAsync(Func<Actor, Task<Outcome<Procedure>>> command)
    {
        var outcome = await command(await Current.GetAsync(Gone));
        if (outcome.IsAccepted) await RefreshAsync();
        return outcome.Refusal;
    }
}
