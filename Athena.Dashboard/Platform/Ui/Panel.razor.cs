using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>A framed part of a page.</summary>
public sealed partial class Panel
{
    private readonly string titleId = NewId("panel");

    [Parameter]
    public string? Title { get; set; }

    /// <summary>One line under the title.</summary>
    [Parameter]
    public string? Description { get; set; }

    [Parameter]
    public RenderFragment? Actions { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Parameter]
    public RenderFragment? Footer { get; set; }

    /// <summary>No padding: for a table or a list that reaches the edges.</summary>
    [Parameter]
    public bool Flush { get; set; }

    /// <summary>Hold and Harm tint the frame; the others leave it plain.</summary>
    [Parameter]
    public StateKind Kind { get; set; }

    private string Css => "panel" + (Flush ? " panel-flush" : "") + Kind switch
    {
        StateKind.Hold => " panel-hold",
        StateKind.Harm => " panel-harm",
        _ => "",
    };
}
