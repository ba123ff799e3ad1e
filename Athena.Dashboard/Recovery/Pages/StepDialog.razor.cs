using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Recovery.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Recovery.Pages;

/// <summary>Work on one step: whose it is, what was found, and that it is done.</summary>
public sealed partial class StepDialog
{
    private ModalDialog dialog = default!;
    private Refusal? refusal;
    private string? key;
    private string note = "";
    private List<Option<Guid?>> people = [];

    [Parameter, EditorRequired]
    public required Procedure Procedure { get; set; }

    [Parameter, EditorRequired]
    public required Actor Actor { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Inject]
    private RecoveryService Service { get; set; } = default!;

    [Inject]
    private IPeople People { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    [Inject]
    private Refusals Refusals { get; set; } = default!;

    // Read from the procedure each time, so that the open dialog follows what others do.
    private ProcedureStep? Step => key is null ? null : Procedure.Find(key);

    private string? NoteHint => key == RollbackStepKeys.PostMortem ? "Why none is needed. Publishing the post-mortem completes this step by itself." : "What was found or done.";

    private string? WhyNot =>
        RecoveryPhrases.Why(Procedure.WhyNotComplete(key!, Actor))
        ?? (key == RollbackStepKeys.PostMortem && string.IsNullOrWhiteSpace(note) ? "Publish the post-mortem, or say in the note why none is needed." : null);

    public async Task OpenAsync(string step)
    {
        (key, refusal, note) = (step, null, Procedure.Find(step)!.Note);
        people = [new Option<Guid?>(null, "Nobody in particular"), .. (await People.ListAsync()).Where(person => person.May(Permission.TakePart)).Select(person => new Option<Guid?>(person.Id, person.Name))];
        await dialog.OpenAsync();
    }

    private async Task AssignAsync(Guid? assigneeId)
    {
        refusal = await DoAsync(actor => Service.AssignAsync(Procedure.Id, Procedure.Version, key!, assigneeId, actor, CancellationToken.None));
        if (refusal is not null) Refusals.Tell(refusal);
    }

    private Task<Refusal?> SaveAsync() => DoAsync(actor => Service.WriteNoteAsync(Procedure.Id, Procedure.Version, key!, note, actor, CancellationToken.None));

    private Task<Refusal?> BeginAsync() => DoAsync(actor => Service.BeginAsync(Procedure.Id, Procedure.Version, key!, actor, CancellationToken.None));

    private async Task<Refusal?> CompleteAsync()
    {
        var refused = await DoAsync(actor => Service.CompleteAsync(Procedure.Id, Procedure.Version, key!, note, actor, CancellationToken.None));
        if (refused is null) await dialog.CloseAsync();
        return refused;
    }

    private async Task<Refusal?> DoAsync(Func<Actor, Task<Outcome<Procedure>>> command)
    {
        refusal = null;
        var outcome = await command(await Current.GetAsync());
        if (outcome.IsAccepted) await OnChanged.InvokeAsync();
        return outcome.Refusal;
    }
}
