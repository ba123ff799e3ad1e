using System.Globalization;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain.Yaml;

namespace Athena.Dashboard.Process.Domain;

/// <summary>The section <c>sequential</c>; a document without it has no such guards.</summary>
internal static class SequentialYaml
{
    private const double LargestTolerance = 10;

    public static SequentialPolicy Read(FieldMap map, MetricCatalogue catalogue) =>
        map.Has("sequential") ? map.Map("sequential", section => Policy(section, catalogue)) : SequentialPolicy.None;

    private static SequentialPolicy Policy(FieldMap map, MetricCatalogue catalogue)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        return new SequentialPolicy(
            map.Need("alpha", SequentialPolicy.None.Alpha, at => Share(at, above: 0, below: 1)),
            map.SomeMaps("guards", guard => Guard(guard, names, catalogue)));
    }

    private static SequentialGuard Guard(FieldMap map, Dictionary<string, int> names, MetricCatalogue catalogue)
    {
        var name = map.Key("name", names);
        var against = map.Word<GuardComparison>("against");
        var above = map.Take<double?>("above", null, Milliseconds);
        if (above is not null && against != GuardComparison.Limit) map.At("above").Complain("Only a guard against a limit counts response times.", "against: limit");
        if (map.Has("tolerance") && against != GuardComparison.Control) map.At("tolerance").Complain("Only a guard against the control has a tolerance.", "against: control");
        if (map.Has("required") && against == GuardComparison.Control) map.At("required").Complain("Against the control nothing is ever proven good.", "against: criteria, or against: limit");
        return new SequentialGuard(
            name,
            map.Need("metric", "", at => Metric(at, catalogue, above is null ? MetricKind.Ratio : MetricKind.Mean)),
            against,
            map.Take("tolerance", 0.0, at => Share(at, above: -double.Epsilon, below: LargestTolerance)),
            against == GuardComparison.Limit ? map.Need<double?>("limit", null, at => Share(at, above: 0, below: 1)) : null,
            above,
            map.Word<RuleAction>("action"),
            map.Flag("required"));
    }

    private static string Metric(Place at, MetricCatalogue catalogue, MetricKind kind)
    {
        var key = at.Key();
        if (key.Length == 0 || catalogue.Metrics.IsEmpty) return key;
        if (catalogue.Resolve(key) is not { } metric) at.Complain("There is no such metric.", Words.Expected(key, [.. catalogue.Metrics.Select(one => one.Key)]));
        else if (metric.Kind == kind) return metric.Key;
        else at.Complain($"The metric is no {Words.Of(kind)}.", Words.Expected(key, [.. catalogue.Metrics.Where(one => one.Kind == kind).Select(one => one.Key)]));
        return key;
    }

    private static double Share(Place at, double above, double below)
    {
        var text = at.Text();
        var (digits, factor) = text.EndsWith('%') ? (text[..^1].TrimEnd(), 0.01m) : (text, 1m);
        if (decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && (double)(number * factor) is var share && share > above && share < below) return share;
        if (text.Length > 0) at.Complain("This is not a share.", FormattableString.Invariant($"a number such as 0.05, or 5%, {(above < 0 ? "0 or more" : "above 0")} and below {below}"));
        return Math.Max(0.01, above);
    }

    private static double? Milliseconds(Place at)
    {
        var text = at.Text();
        var (digits, factor) = text.EndsWith("ms", StringComparison.Ordinal) ? (text[..^2], 1) : text.EndsWith('s') ? (text[..^1], 1000) : (text, 1);
        if (double.TryParse(digits.TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number > 0 && number * factor <= 10_000) return number * factor;
        if (text.Length > 0) at.Complain("This is not a response time.", "a time up to 10s, such as 500ms");
        return null;
    }
}
