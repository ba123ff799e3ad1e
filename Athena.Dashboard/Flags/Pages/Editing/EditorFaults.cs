using System.Text.RegularExpressions;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;

namespace Athena.Dashboard.Flags.Pages.Editing;

/// <summary>What was found wrong with what somebody edits, at the places where it is.</summary>
public sealed partial class EditorFaults(Refusal? refusal)
{
    public static EditorFaults None { get; } = new(null);

    public Refusal? Refusal { get; } = refusal;

    /// <summary>What is wrong at exactly this place, in sentences; null when nothing is.</summary>
    public string? At(string place) => FieldErrors.Of(Refusal, place);

    /// <summary>What is wrong at this place or at a numbered part of it: <c>values</c> and <c>values[2]</c>.</summary>
    public string? AtOrIn(string place)
    {
        var found = (Refusal?.Items ?? []).Select(item => item.Place).Where(other => other == place || other.StartsWith(place + "[", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)
            .Select(other => FieldErrors.Of(Refusal, other) is { } sentence && other != place && ItemAt(other)?.Found is { } value ? $"{value}: {sentence}" : FieldErrors.Of(Refusal, other))
            .OfType<string>().ToList();
        return found.Count == 0 ? null : string.Join(' ', found);
    }

    /// <summary>A place for people: <c>Rule 2, condition 1</c> for <c>rules[1].conditions[0].values</c>.</summary>
    public static string Words(string place)
    {
        var parts = Part().Matches(place).Select(part => (Name: part.Groups["name"].Value, Number: part.Groups["number"] is { Success: true } number ? int.Parse(number.Value, System.Globalization.CultureInfo.InvariantCulture) + 1 : 0));
        var words = parts.Where(part => part.Name != "not").Select(part => part.Number > 0 ? $"{One(part.Name)} {part.Number}" : Named(part.Name));
        var text = string.Join(", ", words);
        return text.Length == 0 ? place : char.ToUpperInvariant(text[0]) + text[1..];
    }

    /// <summary>The same refusal with its places in words.</summary>
    public static Refusal Readable(Refusal refusal) => refusal with { Items = [.. refusal.Items.Select(item => item with { Place = Words(item.Place) })] };

    private RefusalItem? ItemAt(string place) => Refusal?.Items.FirstOrDefault(item => item.Place == place);

    private static string One(string name) => name switch
    {
        "rules" => "rule",
        "conditions" => "condition",
        "all" or "any" => "part",
        "values" => "value",
        "split" => "share",
        "prerequisites" => "needed flag",
        _ => name,
    };

    private static string Named(string name) => name switch
    {
        "bucketBy" => "split by",
        "enableAt" => "switch on at",
        "disableAt" => "switch off at",
        "audience" => "cohorts",
        "prerequisites" => "needed flags",
        "serve" => "what is served",
        _ => name,
    };

    [GeneratedRegex(@"(?<name>[A-Za-z]+)(\[(?<number>\d+)\])?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Part();
}
