using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Athena.Dashboard.Experiments.Domain;

/// <summary>What is known of one metric of one variant's users.</summary>
/// <param name="Count">Users whose outcome is known.</param>
/// <param name="Sum">Of their values; of a proportion, how many did it.</param>
/// <param name="SumOfSquares">Of their values; of a proportion, the same as the sum.</param>
public sealed record MetricTally(long Count, double Sum, double SumOfSquares)
{
    public static MetricTally None { get; } = new(0, 0, 0);

    [JsonIgnore]
    public double Mean => Sum / Count;

    /// <summary>Of the mean, estimated; what rounding made negative is none.</summary>
    [JsonIgnore]
    public double VarianceOfMean => Math.Max(0, (SumOfSquares / Count) - (Mean * Mean)) / (Count - 1);
}

/// <summary>What is known of one variant's users.</summary>
/// <param name="Users">Who got the variant, each once.</param>
public sealed record VariantTally(string Variant, long Users, ImmutableSortedDictionary<string, MetricTally> Metrics)
{
    public MetricTally Of(string metric) => Metrics.GetValueOrDefault(metric, MetricTally.None);
}
