using System.Collections.Immutable;

namespace Athena.Dashboard.Experiments.Domain;

public enum ReadoutVerdict
{
    /// <summary>Nothing can be said yet.</summary>
    TooEarly,

    /// <summary>The interval holds zero and more than what matters.</summary>
    CannotTell,
    Better,
    Worse,

    /// <summary>Whatever the difference is, it is smaller than what matters.</summary>
    NoRelevantDifference,

    /// <summary>A guard: the loss is larger than what is tolerated.</summary>
    Harmed,

    /// <summary>A guard: the loss, if there is one, is tolerated.</summary>
    NotHarmed,
}

/// <summary>One treatment against the control, by one metric.</summary>
/// <param name="Difference">The treatment's mean less the control's; null before both have one.</param>
/// <param name="Lower">The always-valid interval's end, with <paramref name="Upper"/>; null as long as it is too early for one.</param>
/// <param name="Lift">The difference as a part of the control's mean; null where that is zero.</param>
/// <param name="UsersNeeded">How many more users, with known outcomes, it takes about; null where that cannot be said or nothing is open.</param>
public sealed record Comparison(
    string Treatment,
    string Metric,
    bool IsGuard,
    double? ControlMean,
    double? TreatmentMean,
    double? Difference,
    double? Lower,
    double? Upper,
    double? Lift,
    ReadoutVerdict Verdict,
    long? UsersNeeded);

/// <summary>
/// What an experiment says by now. It can be read after every batch: all its intervals together miss the truth at some
/// look in at most <see cref="Error"/> of experiments.
/// </summary>
/// <param name="At">When it was read.</param>
/// <param name="ErrorOfEach">The part of the error that each interval may use.</param>
/// <param name="Warnings">Why it is not to be trusted; empty where nothing stands against it.</param>
public sealed record ExperimentReadout(DateTimeOffset At, double ErrorOfEach, ImmutableArray<VariantTally> Tallies, ImmutableArray<Comparison> Comparisons, ImmutableArray<string> Warnings)
{
    /// <summary>Chance that any interval of an experiment ever misses.</summary>
    public const double Error = 0.05;

    /// <summary>Users with a known outcome that each side needs before anything is said.</summary>
    public const int FewestUsers = 100;

    /// <summary>Users who did, and who did not, that a proportion needs on both sides together before anything is said.</summary>
    public const int FewestOfEach = 10;

    /// <param name="shares">The part of users that each variant was given at the start; 1 in sum.</param>
    public static ExperimentReadout Of(ExperimentDesign design, IReadOnlyDictionary<string, double> shares, IReadOnlyCollection<VariantTally> tallies, IEnumerable<string> disturbances, DateTimeOffset now)
    {
        ImmutableArray<VariantTally> ordered =
            [.. design.Variants.Select(variant => tallies.FirstOrDefault(tally => tally.Variant == variant) ?? new VariantTally(variant, 0, ImmutableSortedDictionary<string, MetricTally>.Empty))];
        // Each interval that can decide gets the same part of what may go wrong in all.
        var error = Error / (design.Treatments.Length * (1 + design.Guards.Length));
        var comparisons = ordered.Skip(1).SelectMany(treatment => design.Metrics.Select((metric, i) => Compare(metric, i > 0, ordered[0], treatment, Expected(design, shares, treatment.Variant), error)));
        return new ExperimentReadout(now, error, ordered, [.. comparisons], [.. Doubts(design, shares, ordered), .. disturbances]);
    }

    private static double Expected(ExperimentDesign design, IReadOnlyDictionary<string, double> shares, string treatment) =>
        Math.Max(2 * FewestUsers, design.PlannedUsers * (shares.GetValueOrDefault(design.Control) + shares.GetValueOrDefault(treatment)));

    private static Comparison Compare(ExperimentMetric metric, bool isGuard, VariantTally control, VariantTally treatment, double expected, double error)
    {
        var (one, other) = (control.Of(metric.Name), treatment.Of(metric.Name));
        double? difference = one.Count > 0 && other.Count > 0 ? other.Mean - one.Mean : null;
        var told = new Comparison(
            treatment.Variant,
            metric.Name,
            isGuard,
            one.Count > 0 ? one.Mean : null,
            other.Count > 0 ? other.Mean : null,
            difference,
            null,
            null,
            one.Mean is var mean && difference is not null && mean != 0 ? difference / Math.Abs(mean) : null,
            ReadoutVerdict.TooEarly,
            null);
        if (difference is not { } observed || !IsEnough(metric, one, other)) return told;
        var (users, variance) = ((double)one.Count + other.Count, one.VarianceOfMean + other.VarianceOfMean);
        var mixing = ConfidenceSequence.MixingFor(expected, error);
        var half = ConfidenceSequence.HalfWidth(users, variance, error, mixing);
        told = told with { Lower = observed - half, Upper = observed + half };
        told = told with { Verdict = isGuard ? Guard(metric, told) : Primary(metric, told) };
        if (told.Verdict != ReadoutVerdict.CannotTell) return told;
        // With no difference that matters named, what was observed is taken for the truth; a guard has to get clear of its margin.
        var target = isGuard ? Math.Abs(Gain(metric, observed) + metric.Margin!.Value) : metric.Margin ?? Math.Abs(observed);
        return told with { UsersNeeded = ConfidenceSequence.UsersFor(target, users, variance, error, mixing) is { } needed && needed > users ? needed - (long)users : null };
    }

    // Means of few users are not yet normal, and without any variation nothing is known of it.
    private static bool IsEnough(ExperimentMetric metric, MetricTally one, MetricTally other) =>
        one.Count >= FewestUsers && other.Count >= FewestUsers && one.VarianceOfMean + other.VarianceOfMean > 0
        && (metric.Kind == MetricKind.Mean || Math.Min(one.Sum + other.Sum, one.Count + other.Count - one.Sum - other.Sum) >= FewestOfEach);

    private static ReadoutVerdict Primary(ExperimentMetric metric, Comparison told)
    {
        if (told.Lower > 0 || told.Upper < 0) return Gain(metric, told.Difference!.Value) > 0 ? ReadoutVerdict.Better : ReadoutVerdict.Worse;
        return metric.Margin is { } margin && told.Lower >= -margin && told.Upper <= margin ? ReadoutVerdict.NoRelevantDifference : ReadoutVerdict.CannotTell;
    }

    private static ReadoutVerdict Guard(ExperimentMetric metric, Comparison told)
    {
        var margin = metric.Margin ?? 0;
        var (worst, best) = metric.Better == BetterDirection.Higher ? (told.Lower!.Value, told.Upper!.Value) : (-told.Upper!.Value, -told.Lower!.Value);
        return best < -margin ? ReadoutVerdict.Harmed : worst >= -margin ? ReadoutVerdict.NotHarmed : ReadoutVerdict.CannotTell;
    }

    private static double Gain(ExperimentMetric metric, double difference) => metric.Better == BetterDirection.Higher ? difference : -difference;

    private static IEnumerable<string> Doubts(ExperimentDesign design, IReadOnlyDictionary<string, double> shares, ImmutableArray<VariantTally> tallies)
    {
        var intended = design.Variants.Select(variant => shares.GetValueOrDefault(variant)).ToArray();
        if (intended.All(share => share > 0) && SampleRatio.IsWrong([.. tallies.Select(tally => tally.Users)], intended))
        {
            var all = (double)tallies.Sum(tally => tally.Users);
            var told = tallies.Select((tally, i) => FormattableString.Invariant($"{tally.Variant} got {100 * tally.Users / all:0.##} % of users instead of {100 * intended[i]:0.##} %"));
            yield return $"The shares are wrong: {string.Join(", ", told)}. Users are lost or counted twice somewhere; with the right shares this is ever said of one experiment in a thousand.";
        }

        foreach (var tally in tallies)
        {
            if (tally.Metrics.FirstOrDefault(metric => metric.Value.Count > tally.Users).Key is { } metric)
                yield return $"{tally.Variant} has more outcomes of {metric} than users: somebody is counted twice, or users are not reported.";
        }
    }
}
