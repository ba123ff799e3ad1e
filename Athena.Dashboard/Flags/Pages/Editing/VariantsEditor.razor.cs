using Athena.Dashboard.Flags.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages.Editing;

/// <summary>The values that a new flag can answer.</summary>
public sealed partial class VariantsEditor
{
    [Parameter, EditorRequired]
    public required List<VariantDraft> Variants { get; set; }

    [Parameter]
    public EditorFaults Faults { get; set; } = EditorFaults.None;

    [Parameter]
    public EventCallback OnChanged { get; set; }

    private Task ChangeAsync(Action change)
    {
        change();
        return OnChanged.InvokeAsync();
    }
}

/// <summary>A value while somebody writes it.</summary>
public sealed class VariantDraft
{
    public string Name { get; set; } = "";

    public string Json { get; set; } = "";

    /// <summary>What is wrong with the JSON; null when nothing is, or nothing is written yet.</summary>
    public string? Fault => Json.Length == 0 || JsonValue.TryParse(Json, out _) ? null : "This is not JSON: a text stands in quotes.";

    /// <returns>Null while it is not JSON.</returns>
    public Variant? ToVariant() => JsonValue.TryParse(Json, out var value) ? new Variant(Name.Trim(), value) : null;
}
