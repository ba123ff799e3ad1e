using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>A link that looks like a button: it goes somewhere and changes nothing.</summary>
public sealed partial class LinkButton
{
    [Parameter, EditorRequired]
    public required string Href { get; set; }

    [Parameter]
    public ButtonKind Kind { get; set; }

    [Parameter]
    public string? Icon { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>The name of a button that shows only an icon.</summary>
    [Parameter]
    public string? Label { get; set; }

    [Parameter]
    public bool Small { get; set; }

    /// <summary>A key that follows it, one letter.</summary>
    [Parameter]
    public string? Key { get; set; }

    [Parameter(CaptureUnmatchedValues = true)]
    public IReadOnlyDictionary<string, object>? Rest { get; set; }
}
