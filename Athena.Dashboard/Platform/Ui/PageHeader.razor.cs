using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>Every page begins with one.</summary>
public sealed partial class PageHeader
{
    [Parameter, EditorRequired]
    public required string Title { get; set; }

    /// <summary>One line under the title.</summary>
    [Parameter]
    public string? Subtitle { get; set; }

    /// <summary>The same line, where it needs markup.</summary>
    [Parameter]
    public RenderFragment? SubtitleContent { get; set; }

    /// <summary>Beside the title: the state of what the page shows.</summary>
    [Parameter]
    public RenderFragment? Badges { get; set; }

    /// <summary>Buttons, the main one last.</summary>
    [Parameter]
    public RenderFragment? Actions { get; set; }

    /// <summary>The pages above this one, from the top.</summary>
    [Parameter]
    public IReadOnlyList<Crumb> Crumbs { get; set; } = [];

    /// <summary>The last word of the path, where it should be shorter than the title.</summary>
    [Parameter]
    public string? Here { get; set; }
}
