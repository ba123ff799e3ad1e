using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Recovery.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Recovery.Pages;

/// <summary>Something that follows from a post-mortem: what, who, until when.</summary>
public sealed partial class FollowUpDialog
{
    private ModalDialog dialog = default!;
    private Refusal? refusal;
    private Guid? id;
    private string title = "";
    private Guid? ownerId;
    private DateOnly? dueOn;
    private List<Option<Guid?>> people = [];

    [Parameter, EditorRequired]
    public required PostMortem Report { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Inject]
    private PostMortemService Service { get; set; } = default!;

    [Inject]
    private IPeople People { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    private string? Missing => string.IsNullOrWhiteSpace(title) ? "Say what is done first." : dueOn is null ? "Say until when first." : null;

    /// <param name="known">Null for a new one.</param>
    public async Task OpenAsync(FollowUp? known)
    {
        (refusal, id, title, ownerId) = (null, known?.Id, known?.Title ?? "", known?.OwnerId);
        dueOn = known?.DueOn ?? DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime).AddDays(14);
        people = [new Option<Guid?>(null, "Nobody yet"), .. (await People.ListAsync()).Where(person => person.May(Permission.TakePart)).Select(person => new Option<Guid?>(person.Id, person.Name))];
        await dialog.OpenAsync();
    }

    private async Task<Refusal?> SaveAsync()
    {
        refusal = null;
        var actor = await Current.GetAsync();
        var saved = id is { } known
            ? await Service.ChangeFollowUpAsync(Report.ProcedureId, Report.Version, known, title, ownerId, dueOn!.Value, actor, CancellationToken.None)
            : await Service.AddFollowUpAsync(Report.ProcedureId, Report.Version, title, ownerId, dueOn!.Value, actor, CancellationToken.None);
        if (!saved.IsAccepted) return saved.Refusal;
        await OnChanged.InvokeAsync();
        await dialog.CloseAsync();
        return null;
    }
}
