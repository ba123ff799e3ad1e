using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;

namespace Athena.Dashboard.Tests.Flags.Domain.Targeting;

/// <summary>
/// What a flag answers, said as plainly as it can be: strings, decimals and recursion, nothing prepared. The compiled
/// evaluation has to agree with it.
/// </summary>
internal sealed class ReferenceEvaluator(IReadOnlyDictionary<string, (Flag Flag, FlagEnvironment Setting)> flags, IReadOnlyDictionary<string, Segment> segments, JsonElement context)
{
    /// <summary>The variant's name; "" for no value; "!" for a failure.</summary>
    public string Evaluate(string key)
    {
        var (flag, setting) = flags[key];
        if (!setting.Enabled) return Named(flag, Variant.Off);
        if (!setting.Prerequisites.All(wanted => flags.ContainsKey(wanted.Flag) && Evaluate(wanted.Flag) == wanted.Variant)) return Named(flag, Variant.Off);
        foreach (var rule in setting.Rules.Where(rule => rule.Conditions.All(Holds)))
        {
            if (Serve(flag, rule.Serve) is { } served) return served;
        }

        if (!setting.Conditions.All(Holds)) return Named(flag, setting.Fallback);
        var serve = setting.Serve ?? Serving.Of(flag.Exposed.Name);
        if (setting.Audience.Any(IsMember) || setting.Percentage == Percentage.Hundred) return Serve(flag, serve) ?? Named(flag, setting.Fallback);
        if (setting.Percentage == Percentage.Zero) return Named(flag, Variant.Off);
        if (Text(setting.BucketBy) is not { } value) return setting.BucketBy == "targetingKey" ? "!" : Named(flag, setting.Fallback);
        var bucket = ((ulong)Murmur3.Hash(Encoding.UTF8.GetBytes(key + value)) * 100_000) >> 32;
        return bucket < (ulong)setting.Percentage.Thousandths ? Serve(flag, serve) ?? Named(flag, setting.Fallback) : Named(flag, Variant.Off);
    }

    private static string Named(Flag flag, string variant) => flag.Variant(variant)?.Name ?? "";

    private string? Serve(Flag flag, Serving serving)
    {
        if (serving.Variant is { } one) return Named(flag, one);
        if (Text(serving.By) is not { } value) return serving.By == "targetingKey" ? "!" : null;
        var total = serving.Split.Sum(share => (decimal)share.Weight);
        var point = Math.Floor(Murmur3.Hash(Encoding.UTF8.GetBytes(flag.Key + serving.Salt + value)) * total / 4_294_967_296m);
        foreach (var share in serving.Split)
        {
            if (point < share.Weight) return share.Variant;
            point -= share.Weight;
        }

        throw new InvalidOperationException("The point lies in none of the shares.");
    }

    private bool IsMember(string cohort) =>
        Elements("cohorts").Concat(Elements("userRole")).Any(element => Plain(element) == cohort) || (segments.TryGetValue(cohort, out var segment) && segment.Conditions.All(Holds));

    private bool Holds(Condition condition) => condition switch
    {
        Condition.All all => all.Conditions.All(Holds),
        Condition.Any any => any.Conditions.Any(Holds),
        Condition.Not not => !Holds(not.Condition),
        Condition.InSegment member => segments.TryGetValue(member.Segment, out var segment) && segment.Conditions.All(Holds),
        Condition.Clause { Operator: ClauseOperator.Exists } clause => context.TryGetProperty(clause.Attribute, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Object),
        Condition.Clause clause => Elements(clause.Attribute).Any(element => clause.Values.Any(value => Fits(element, clause.Operator, value))),
        _ => throw new InvalidOperationException(),
    };

    private static bool Fits(JsonElement element, ClauseOperator with, string value)
    {
        if (with == ClauseOperator.In) return Plain(element) == value;
        if (with.IsNumber())
        {
            if (element.ValueKind != JsonValueKind.Number) return false;
            var (left, right) = (element.GetDouble(), double.Parse(value, CultureInfo.InvariantCulture));
            return double.IsFinite(left) && with switch
            {
                ClauseOperator.NumberEquals => left == right,
                ClauseOperator.NumberBelow => left < right,
                ClauseOperator.NumberAtMost => left <= right,
                ClauseOperator.NumberAbove => left > right,
                _ => left >= right,
            };
        }

        if (element.ValueKind != JsonValueKind.String) return false;
        var text = element.GetString()!;
        if (with.IsDate()) return Instant(text) is { } at && at < Instant(value) == (with == ClauseOperator.DateBefore);
        if (with.IsVersion())
        {
            if (!SemanticVersion.TryParse(text, out var left) || !SemanticVersion.TryParse(value, out var right)) return false;
            var order = left!.CompareTo(right);
            return with switch
            {
                ClauseOperator.VersionEquals => order == 0,
                ClauseOperator.VersionBelow => order < 0,
                ClauseOperator.VersionAtMost => order <= 0,
                ClauseOperator.VersionAbove => order > 0,
                _ => order >= 0,
            };
        }

        return with switch
        {
            ClauseOperator.StartsWith => text.StartsWith(value, StringComparison.Ordinal),
            ClauseOperator.EndsWith => text.EndsWith(value, StringComparison.Ordinal),
            ClauseOperator.Contains => text.Contains(value, StringComparison.Ordinal),
            _ => Regex.IsMatch(text, value, RegexOptions.CultureInvariant, Wait.Patience),
        };
    }

    private static DateTimeOffset? Instant(string text)
    {
        foreach (var format in (string[])["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"])
        {
            if ((text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > 10) && DateTimeOffset.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) return at;
        }

        return DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day) ? day : null;
    }

    private IEnumerable<JsonElement> Elements(string attribute) =>
        !context.TryGetProperty(attribute, out var value) ? []
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Where(element => element.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object or JsonValueKind.Null))
        : value.ValueKind is JsonValueKind.Object or JsonValueKind.Null ? [] : [value];

    private string? Text(string attribute) =>
        context.TryGetProperty(attribute, out var value) && value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object or JsonValueKind.Null) && Plain(value) is { Length: > 0 } text ? text : null;

    private static string? Plain(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : element.GetRawText();
}
