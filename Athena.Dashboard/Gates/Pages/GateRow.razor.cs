using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Gates.Domain;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Gates.Pages;

/// <summary>One item: its tick, how it stands, who and when; opened, everything about it.</summary>
public sealed partial class GateRow
{
    [CascadingParameter]
    private GateBoardPart Board { get; set; } = default!;

    [Parameter, EditorRequired]
    public required GateItemView Item { get; set; }

    [Parameter, EditorRequired]
    public required Actor Actor { get; set; }

    [Parameter]
    public bool IsOpen { get; set; }

    /// <summary>Somebody else has just changed it.</summary>
    [Parameter]
    public bool IsFresh { get; set; }

    /// <summary>Why nothing can be changed any more, or null.</summary>
    [Parameter]
    public string? Closed { get; set; }

    private string Css => "gate" + (IsOpen ? " gate-open" : "") + (IsFresh ? " gate-fresh" : "");

    private string? TickReason =>
        Closed is not null ? $"These gates are closed: {Closed}."
        : Item.SettledBy is { } check ? $"Settled by the check {check}, not by hand."
        : GatePhrases.Why(GateRights.MayNotSettle(Item.Owners, Item.Title, Actor, "tick"))
        ?? (Item.State == GateItemState.Blocked ? "Blocked: lift the block first." : null);
}
