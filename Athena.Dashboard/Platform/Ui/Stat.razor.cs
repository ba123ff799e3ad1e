using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>One figure with its name.</summary>
public sealed partial class Stat
{
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    [Parameter]
    public string? Value { get; set; }

    /// <summary>A few words under the figure.</summary>
    [Parameter]
    public string? Note { get; set; }

    [Parameter]
    public string? Href { get; set; }

    /// <summary>Below everything: a sparkline, a meter, a badge.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }
}
