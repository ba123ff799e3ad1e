using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Gates.Pages;

/// <summary>A waiver that is asked for or in force.</summary>
public sealed partial class GateWaiverBox
{
    [CascadingParameter]
    private GateBoardPart Board { get; set; } = default!;

    [Parameter, EditorRequired]
    public required GateItemView Item { get; set; }

    [Parameter, EditorRequired]
    public required WaiverView Waiver { get; set; }

    [Parameter, EditorRequired]
    public required Actor Actor { get; set; }

    [Parameter]
    public string? Closed { get; set; }

    private string? DeclineReason =>
        Waiver.AskedById == Actor.Id ? null : GatePhrases.Why(Actor.Lacks(Permission.ApproveWaiver, "decline a waiver"));

    private string? ApproveReason =>
        GatePhrases.Why(Actor.Lacks(Permission.ApproveWaiver, "approve a waiver"))
        ?? (Waiver.AskedById == Actor.Id ? "You asked for it: a second person has to agree." : null);

    private Task<Refusal?> ApproveAsync() => Board.CommandAsync((gates, actor) => gates.ApproveWaiverAsync(Waiver.Id, actor, default));
}
