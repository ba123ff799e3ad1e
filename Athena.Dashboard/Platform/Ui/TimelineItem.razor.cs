using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>One event of a <see cref="Timeline"/>.</summary>
public sealed partial class TimelineItem
{
    [Parameter]
    public string? Title { get; set; }

    [Parameter]
    public RenderFragment? TitleContent { get; set; }

    [Parameter]
    public DateTimeOffset? At { get; set; }

    [Parameter]
    public InstantFormat Format { get; set; }

    [Parameter]
    public StateKind Kind { get; set; }

    /// <summary>Instead of the shape of its kind.</summary>
    [Parameter]
    public string? Icon { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }
}
