using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Health.Domain;

/// <summary>A metric's value over some counts.</summary>
/// <param name="Value">Null when there is nothing to divide by, or what there is gives no number.</param>
/// <param name="Samples">What the value rests on; of the smaller arm where two are compared.</param>
/// <param name="IsNotANumber">There were samples, and still no number.</param>
public readonly record struct MetricReading(double? Value, long Samples, bool IsNotANumber = false)
{
    /// <param name="metric">A key of the catalogue; aliases and conditions are followed.</param>
    /// <param name="observed">The time that the counts cover; for rates.</param>
    public static MetricReading Of(string metric, MetricCatalogue catalogue, Measured measured, TimeSpan observed) =>
        catalogue.Resolve(metric) is not { } definition ? new MetricReading(null, 0, IsNotANumber: true)
        : definition.Kind switch
        {
            MetricKind.RelativeIncrease => Compare(definition, catalogue, measured, observed, static (exposed, control) => control > 0 ? (exposed / control) - 1 : null),
            MetricKind.Drop => Compare(definition, catalogue, measured, observed, static (exposed, control) => control - exposed),
            _ => OfArm(definition, measured.Exposed, observed),
        };

    /// <summary>A metric that looks at one arm only.</summary>
    public static MetricReading OfArm(MetricDefinition metric, Tally counts, TimeSpan observed) => metric.Kind switch
    {
        MetricKind.Ratio or MetricKind.Mean or MetricKind.Share => Divide(counts.Named(metric.Parts[0]), counts.Named(metric.Parts[1])),
        MetricKind.Score => new MetricReading(counts.MeanScore, counts.Scores),
        MetricKind.Rate => new MetricReading(observed > TimeSpan.Zero ? counts.Named(metric.Parts[0]) / observed.TotalSeconds : null, (long)counts.Named(metric.Parts[0])),
        MetricKind.Count => new MetricReading(counts.Named(metric.Parts[0]), counts[CountSlot.Requests]),
        MetricKind.Quantile => new MetricReading(LatencyBounds.Quantile(counts.Buckets, metric.Quantile ?? 0.95), (long)counts.Named(CountNames.LatencyBuckets)),
        _ => new MetricReading(null, 0, IsNotANumber: true),
    };

    private static MetricReading Divide(double numerator, double denominator) =>
        denominator > 0 ? new MetricReading(numerator / denominator, (long)denominator) : new MetricReading(null, 0);

    private static MetricReading Compare(
        MetricDefinition metric, MetricCatalogue catalogue, Measured measured, TimeSpan observed, Func<double, double, double?> compare)
    {
        if (metric.Of is not { } key || catalogue.Resolve(key) is not { } of) return new MetricReading(null, 0, IsNotANumber: true);
        var (exposed, control) = (OfArm(of, measured.Exposed, observed), OfArm(of, measured.Control, observed));
        var samples = Math.Min(exposed.Samples, control.Samples);
        if (exposed.Value is not { } one || control.Value is not { } other) return new MetricReading(null, samples);
        return compare(one, other) is { } value && double.IsFinite(value)
            ? new MetricReading(value, samples)
            : new MetricReading(null, samples, IsNotANumber: true);
    }
}
