using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain.Targeting;

/// <summary>What a condition may be: sizes, depths, and values that can be compared.</summary>
public static class ConditionRules
{
    /// <summary>Conditions in one list.</summary>
    public const int MostInList = 50;

    /// <summary>Conditions of a whole setting or segment, those inside others included.</summary>
    public const int MostInAll = 500;

    /// <summary>Levels of and, or, not.</summary>
    public const int Deepest = 8;

    public const int MostValues = 1_000;

    public const int LongestValue = 200;

    public const int LongestPattern = 500;

    /// <param name="segments">Keys that exist; null where any may be named.</param>
    public static IEnumerable<RefusalItem> Faults(ImmutableArray<Condition> conditions, string place, IReadOnlySet<string>? segments = null)
    {
        var all = conditions.Sum(condition => condition.Everything().Count());
        if (all > MostInAll) return [new(place, "are too many, counting those inside others", Text(all), $"up to {MostInAll}")];
        return ListFaults(conditions, place, depth: 1, segments);
    }

    public static bool IsText(string text) => !string.IsNullOrWhiteSpace(text) && text.Length <= LongestValue && !HasLoneSurrogate(text) && !text.Contains('\0', StringComparison.Ordinal);

    private static IEnumerable<RefusalItem> ListFaults(ImmutableArray<Condition> conditions, string place, int depth, IReadOnlySet<string>? segments)
    {
        if (conditions.Length > MostInList) yield return new(place, "are too many", Text(conditions.Length), $"up to {MostInList}");
        for (var i = 0; i < conditions.Length; i++)
        {
            foreach (var fault in Faults(conditions[i], string.Create(CultureInfo.InvariantCulture, $"{place}[{i}]"), depth, segments)) yield return fault;
        }
    }

    private static IEnumerable<RefusalItem> Faults(Condition condition, string place, int depth, IReadOnlySet<string>? segments) => depth > Deepest
        ? [new(place, "is nested too deeply", null, $"up to {Deepest} levels of and, or, not")]
        : condition switch
        {
            Condition.Clause clause => ClauseFaults(clause, place),
            Condition.InSegment member when segments?.Contains(member.Segment) is false => [new(place + ".segment", "is not a segment", Shorten(member.Segment), "the key of a segment")],
            Condition.All { Conditions.IsEmpty: true } or Condition.Any { Conditions.IsEmpty: true } => [new(place, "is empty", null, "at least one condition")],
            Condition.All all => ListFaults(all.Conditions, place + ".all", depth + 1, segments),
            Condition.Any any => ListFaults(any.Conditions, place + ".any", depth + 1, segments),
            Condition.Not not => Faults(not.Condition, place + ".not", depth + 1, segments),
            _ => [],
        };

    private static IEnumerable<RefusalItem> ClauseFaults(Condition.Clause clause, string place)
    {
        if (!IsText(clause.Attribute)) yield return new(place + ".attribute", "has a wrong length", Shorten(clause.Attribute), $"1 to {LongestValue} characters");
        var most = clause.Operator == ClauseOperator.Exists ? 0 : clause.Operator.TakesSeveral() ? MostValues : 1;
        if (clause.Values.Length > most || (most > 0 && clause.Values.IsEmpty))
            yield return new(place + ".values", "has a wrong number of values", Text(clause.Values.Length), most <= 1 ? Text(most) : $"1 to {MostValues}");
        for (var i = 0; i < clause.Values.Length; i++)
        {
            if (Expected(clause.Operator, clause.Values[i]) is { } expected)
                yield return new(string.Create(CultureInfo.InvariantCulture, $"{place}.values[{i}]"), "does not fit the operator", Shorten(clause.Values[i]), expected);
        }
    }

    /// <returns>Null when the value is fine.</returns>
    private static string? Expected(ClauseOperator with, string value)
    {
        if (with == ClauseOperator.Matches) return ExpectedPattern(value);
        if (!IsText(value)) return $"1 to {LongestValue} characters";
        if (with.IsNumber()) return TryNumber(value, out _) ? null : "a finite number, 1.5";
        if (with.IsDate()) return IsoInstant.TryParse(Encoding.UTF8.GetBytes(value), out _) ? null : "an instant with an offset, 2026-01-31T10:00:00Z, or a date";
        if (with.IsVersion()) return Utf8Version.TryParse(Encoding.UTF8.GetBytes(value), out _) ? null : "a version, 1.2.0 or 1.2.0-rc.1";
        return null;
    }

    private static string? ExpectedPattern(string pattern)
    {
        if (string.IsNullOrEmpty(pattern) || pattern.Length > LongestPattern) return $"1 to {LongestPattern} characters";
        try
        {
            _ = BoundedRegex.Of(pattern);
            return null;
        }
        catch (NotSupportedException)
        {
            return "a regular expression without look-around, back-references and atomic groups";
        }
        catch (ArgumentException wrong)
        {
            return "a regular expression: " + Shorten(wrong.Message);
        }
    }

    /// <summary>A JSON number that a double can hold.</summary>
    public static bool TryNumber(string text, out double number)
    {
        number = 0;
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
            return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out number) && double.IsFinite(number) && reader.BytesConsumed == Encoding.UTF8.GetByteCount(text);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    internal static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return true;
            i++;
        }

        return false;
    }
}
