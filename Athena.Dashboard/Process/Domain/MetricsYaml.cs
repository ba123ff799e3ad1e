using System.Collections.Immutable;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain.Yaml;

namespace Athena.Dashboard.Process.Domain;

/// <summary>The metric catalogue: which parts a metric needs follows from its kind.</summary>
internal static class MetricsYaml
{
    public static MetricCatalogue Read(FieldMap map)
    {
        var keys = new Dictionary<string, int>(StringComparer.Ordinal);
        var metrics = map.SomeMaps("metrics", item => (Metric: Metric(item, keys), At: item));
        var measured = metrics
            .Select(entry => entry.Metric)
            .Where(metric => metric.Of is null)
            .DistinctBy(metric => metric.Key)
            .ToDictionary(metric => metric.Key, StringComparer.Ordinal);
        var compared = metrics.Select(entry => entry.Metric).Where(metric => metric.IsRelative).Concat(measured.Values).ToList();

        var catalogue = new List<MetricDefinition>();
        foreach (var (metric, at) in metrics)
        {
            if (metric.Of is not { Length: > 0 } of)
            {
                catalogue.Add(metric);
                continue;
            }

            // A relative metric is made of a measured one; an alias or a condition may also stand on a relative one.
            var bases = metric.IsRelative ? measured.Values.ToList() : compared;
            var made = bases.Find(candidate => candidate.Key == of);
            if (made is null) at.At("of").Complain("There is no such metric to be made of.", Words.Expected(of, [.. bases.Select(candidate => candidate.Key).Where(key => key.Length > 0)]));
            else catalogue.Add(Completed(metric, made, measured));
        }

        return new MetricCatalogue([.. catalogue]);
    }

    private static MetricDefinition Metric(FieldMap map, Dictionary<string, int> keys)
    {
        var key = map.Key("key", keys);
        var kind = map.Word<MetricKind>("kind");
        var isDerived = kind is MetricKind.RelativeIncrease or MetricKind.Drop or MetricKind.Alias or MetricKind.Condition;
        return new MetricDefinition(
            key,
            map.Text("title"),
            map.Text("description"),
            kind,
            isDerived ? [] : map.Need("parts", [], at => Parts(at, kind)),
            isDerived ? default : map.Word<MetricUnit>("unit"),
            !isDerived && map.Need("better", "lower", Better) == "higher" ? MetricDirection.HigherIsBetter : MetricDirection.LowerIsBetter,
            isDerived ? map.Need("of", "", at => at.Key()) : null,
            kind == MetricKind.Condition ? map.Need("limit", 0, Limit) : null)
        {
            Quantile = kind == MetricKind.Quantile ? map.Need("quantile", 0.5, QuantileOf) : null,
        };
    }

    // Unit and direction of a derived metric follow from what it is made of.
    private static MetricDefinition Completed(MetricDefinition metric, MetricDefinition made, Dictionary<string, MetricDefinition> measured) => metric.Kind switch
    {
        MetricKind.RelativeIncrease => metric with { Unit = MetricUnit.Fraction, Direction = MetricDirection.LowerIsBetter },
        MetricKind.Drop => metric with { Unit = made.Unit, Direction = MetricDirection.LowerIsBetter },
        _ when made.IsRelative => metric with
        {
            Unit = made.Kind == MetricKind.RelativeIncrease ? MetricUnit.Fraction : measured.GetValueOrDefault(made.Of ?? "")?.Unit ?? MetricUnit.Fraction,
            Direction = MetricDirection.LowerIsBetter,
        },
        _ => metric with { Unit = made.Unit, Direction = made.Direction },
    };

    private static ImmutableArray<string> Parts(Place at, MetricKind kind)
    {
        var parts = at.List(part => part.Key());
        var expected = kind is MetricKind.Ratio or MetricKind.Mean or MetricKind.Share ? 2 : 1;
        if (at.Node is YamlList && parts.Length != expected)
            at.Complain($"A metric of kind {Words.Of(kind)} has {expected} {(expected == 1 ? "part" : "parts")}.", expected == 1 ? "one count" : "two counts, the numerator first");
        else if (kind == MetricKind.Quantile && parts is [var part] && part != CountNames.LatencyBuckets)
            at.Complain("A quantile is read from buckets.", CountNames.LatencyBuckets);
        return parts;
    }

    private static string Better(Place at)
    {
        var word = at.Text();
        if (word.Length > 0 && word is not ("lower" or "higher")) at.Complain("The word is not known here.", "lower or higher");
        return word;
    }

    private static double Limit(Place at)
    {
        var text = at.Text();
        var (rule, _) = RuleExpression.Parse("limit < " + text, new MetricCatalogue([Unbounded]));
        if (text.Length > 0 && rule is null) at.Complain("This is not a limit.", "a number such as 0.05, or 5%");
        return rule?.Threshold ?? 0;
    }

    private static double QuantileOf(Place at)
    {
        var faults = at.Problems.Count;
        var share = Limit(at);
        if (at.Problems.Count == faults && share is < 0.5 or > 0.999) at.Complain("This is not a quantile that buckets can tell.", "50% to 99.9%");
        return share;
    }

    private static readonly MetricDefinition Unbounded =
        new("limit", "", "", MetricKind.RelativeIncrease, [], MetricUnit.Fraction, MetricDirection.LowerIsBetter, null, null);
}
