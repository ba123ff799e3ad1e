using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>Something that the reader of this page must know, in its place on the page.</summary>
public sealed partial class Notice
{
    [Parameter, EditorRequired]
    public required string Title { get; set; }

    [Parameter]
    public StateKind Kind { get; set; }

    /// <summary>Instead of the shape of its kind.</summary>
    [Parameter]
    public string? IconName { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Parameter]
    public RenderFragment? Actions { get; set; }

    /// <summary>An ARIA role: <c>status</c> or <c>alert</c> when it appears while somebody looks.</summary>
    [Parameter]
    public string? Role { get; set; }
}
