using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Gates.Pages;

/// <summary>The tick of one item.</summary>
public sealed partial class GateTick
{
    private readonly string reasonId = NewId("tick");
    private bool running;

    [Parameter, EditorRequired]
    public required GateItemView Item { get; set; }

    /// <summary>Why it cannot be ticked now, or null.</summary>
    [Parameter]
    public string? DisabledReason { get; set; }

    [Parameter, EditorRequired]
    public required Func<Task> OnToggle { get; set; }

    private string Checked => Item.State switch
    {
        GateItemState.Passed => "true",
        GateItemState.Waived => "mixed",
        _ => "false",
    };

    private string Tip => Item.State == GateItemState.Passed ? "Take the tick back" : "Tick";

    private string? Mark => Item.State switch
    {
        GateItemState.Passed => "check",
        GateItemState.Waived => "shield",
        GateItemState.Blocked => "lock",
        _ => null,
    };

    private async Task PressAsync()
    {
        if (running || DisabledReason is not null) return;
        running = true;
        try
        {
            await OnToggle();
        }
        finally
        {
            running = false;
        }
    }
}
