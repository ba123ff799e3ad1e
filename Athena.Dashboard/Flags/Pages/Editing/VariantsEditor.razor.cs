using Athena.Dashboard.Flags.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages.Editing;

/// <summary>The values that a flag can answer.</summary>
public sealed partial class VariantsEditor
{
    private const int MostRows = 12;

    [Parameter, EditorRequired]
    public required List<VariantDraft> Variants { get; set; }

    [Parameter]
    public EditorFaults Faults { get; set; } = EditorFaults.None;

    /// <summary>Where a value is named, by its name: it can be neither renamed nor removed.</summary>
    [Parameter]
    public ILookup<string, string>? Uses { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    /// <summary>Why this value has to keep its name; null when it has not.</summary>
    private string? Kept(VariantDraft variant) =>
        variant.Opened is not { } name || Uses is null ? null
        : name == Variant.Off ? "What a flag answers that is switched off."
        : Uses[name].ToList() is { Count: > 0 } places ? $"Served: {string.Join("; ", places)}."
        : null;

    private static int Rows(string text, int least) => Math.Clamp(text.Count(letter => letter == '\n') + 1, least, MostRows);

    private Task ChangeAsync(Action change)
    {
        change();
        return OnChanged.InvokeAsync();
    }
}
