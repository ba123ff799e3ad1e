using System.Collections.Immutable;
using Athena.Dashboard.Experiments.Domain;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Tests.Experiments;

internal static class ExperimentSamples
{
    public const string Key = "palette-on-top";
    public const string Flag = "command-palette";

    public static readonly DateTimeOffset Now = new(2025, 8, 15, 10, 0, 0, TimeSpan.Zero);

    public static readonly ExperimentMetric Conversion = new("conversion", MetricKind.Proportion, BetterDirection.Higher, Margin: 0.01);

    public static readonly ExperimentMetric Latency = new("latency", MetricKind.Mean, BetterDirection.Lower, "ms", 20);

    public static readonly ExperimentDesign Design = new("off", ["on"], Conversion, [Latency]);

    public static readonly ImmutableSortedDictionary<string, double> Halves = Shares(("off", 0.5), ("on", 0.5));

    public static ExperimentDescription Description(string key = Key, string hypothesis = "People find commands faster, so more of them finish.", ExperimentDesign? design = null) =>
        new(key, "Palette on top", hypothesis, Flag, "staging", design ?? Design, "Search team");

    public static Experiment Planned(ExperimentDesign? design = null) => Experiment.Create(Description(design: design), ["on", "off"], Now).Accepted().State;

    public static Experiment Running(ExperimentDesign? design = null) => Planned(design).Begin(Guid.Empty).Accepted().State.Start(Halves, Now).Accepted().State;

    public static ImmutableSortedDictionary<string, double> Shares(params (string Variant, double Share)[] shares) =>
        shares.ToImmutableSortedDictionary(share => share.Variant, share => share.Share, StringComparer.Ordinal);

    public static VariantTally Users(string variant, long users, params (string Metric, MetricTally Tally)[] metrics) =>
        new(variant, users, metrics.ToImmutableSortedDictionary(metric => metric.Metric, metric => metric.Tally, StringComparer.Ordinal));

    public static MetricTally Did(long count, long did) => new(count, did, did);

    public static ExperimentReadout Read(this ExperimentDesign design, IReadOnlyDictionary<string, double> shares, params VariantTally[] tallies) =>
        ExperimentReadout.Of(design, shares, tallies, [], Now);

    public static T Accepted<T>(this Outcome<T> outcome)
    {
        outcome.IsAccepted.ShouldBeTrue(outcome.Refusal?.Title);
        return outcome.Value;
    }
}
