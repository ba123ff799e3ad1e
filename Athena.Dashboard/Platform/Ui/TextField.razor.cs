using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>One line of text.</summary>
public sealed partial class TextField
{
    private ElementReference element;

    /// <summary>text, email, password, search, url.</summary>
    [Parameter]
    public string Type { get; set; } = "text";

    [Parameter]
    public string? Placeholder { get; set; }

    [Parameter]
    public int? MaxLength { get; set; }

    [Parameter]
    public string? AutoComplete { get; set; }

    /// <summary>Reports every keystroke instead of the finished text.</summary>
    [Parameter]
    public bool Immediate { get; set; }

    /// <summary>In the fixed-width face: keys, versions, addresses.</summary>
    [Parameter]
    public bool Mono { get; set; }

    /// <summary>Offered while typing; anything else may be typed too.</summary>
    [Parameter]
    public IReadOnlyList<string> Suggestions { get; set; } = [];

    /// <summary>Puts the cursor in it.</summary>
    public ValueTask FocusAsync() => element.FocusAsync();

    private string ListId => InputId + "-list";

    private string Css => Mono ? "input mono" : "input";
}
