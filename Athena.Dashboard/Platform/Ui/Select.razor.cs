using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>One of a few: the browser's own list, which every phone and screen reader knows.</summary>
public sealed partial class Select<TValue>
{
    [Parameter, EditorRequired]
    public required IReadOnlyList<Option<TValue>> Options { get; set; }

    /// <summary>The text of "nothing chosen"; without it the first option is chosen from the start.</summary>
    [Parameter]
    public string? Placeholder { get; set; }

    private int Chosen
    {
        get
        {
            for (var i = 0; i < Options.Count; i++)
            {
                if (EqualityComparer<TValue>.Default.Equals(Options[i].Value, Value!)) return i;
            }

            return -1;
        }
    }

    private Task ChooseAsync(ChangeEventArgs change) =>
        int.TryParse(change.Value as string, CultureInfo.InvariantCulture, out var index) && index >= 0 && index < Options.Count
            ? SetAsync(Options[index].Value)
            : SetAsync(default);
}
