using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Experiments.Domain;

/// <summary>Outcomes that an application reports: sums over users, never a user.</summary>
/// <param name="BatchId">The same id is counted once.</param>
/// <param name="From">When the first of them became known, with <paramref name="To"/>.</param>
public sealed record OutcomeBatch(string BatchId, DateTimeOffset From, DateTimeOffset To, ImmutableArray<VariantTally> Variants)
{
    public const int LongestId = 100;

    /// <summary>Users of one variant in one batch.</summary>
    public const long MostUsers = 1_000_000_000;

    // Beyond this, sums of a long experiment would lose users in rounding.
    private const double Largest = 1e18;

    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    /// <summary>Everything that is wrong with it.</summary>
    public IEnumerable<RefusalItem> Faults(Experiment experiment, DateTimeOffset now)
    {
        if (BatchId.Length is 0 or > LongestId) yield return new("batchId", "has a wrong length", $"{BatchId.Length} characters", $"1 to {LongestId} characters");
        if (To <= From) yield return new("to", "is not after from", $"{To:u}", $"later than {From:u}");
        if (To > now + Ahead) yield return new("to", "is in the future", $"{To:u}", $"{now:u} at the latest");
        if (experiment.StartedAt is { } started && To <= started) yield return new("to", "is before the experiment began", $"{To:u}", $"later than {started:u}");
        if (Variants.IsEmpty) yield return new("variants", "are none", null, string.Join(", ", experiment.Design.Variants));
        foreach (var fault in Variants.SelectMany(variant => Faults(variant, experiment.Design))) yield return fault;
    }

    private static IEnumerable<RefusalItem> Faults(VariantTally variant, ExperimentDesign design)
    {
        var place = "variants." + ExperimentDescription.Shorten(variant.Variant);
        if (!design.Variants.Contains(variant.Variant)) yield return new(place, "is not a variant of the experiment", ExperimentDescription.Shorten(variant.Variant), string.Join(", ", design.Variants));
        if (variant.Users is < 0 or > MostUsers) yield return new(place + ".users", "is out of range", Text(variant.Users), $"0 to {MostUsers}");
        foreach (var (name, tally) in variant.Metrics)
        {
            var at = $"{place}.metrics.{ExperimentDescription.Shorten(name)}";
            if (design.Metrics.FirstOrDefault(metric => metric.Name == name) is not { } metric)
                yield return new(at, "is not a metric of the experiment", ExperimentDescription.Shorten(name), string.Join(", ", design.Metrics.Select(known => known.Name)));
            else
                foreach (var fault in Faults(tally, metric.Kind, at)) yield return fault;
        }
    }

    private static IEnumerable<RefusalItem> Faults(MetricTally tally, MetricKind kind, string place)
    {
        var (count, sum, squares) = tally;
        if (count is < 0 or > MostUsers) yield return new(place + ".count", "is out of range", Text(count), $"0 to {MostUsers}");
        if (!(Math.Abs(sum) <= Largest)) yield return new(place + ".sum", "is out of range", Text(sum), "a number up to 1e18");
        if (!(squares >= 0 && squares <= Largest)) yield return new(place + ".sumOfSquares", "is out of range", Text(squares), "0 to 1e18");
        if (count < 0 || !double.IsFinite(sum) || !double.IsFinite(squares)) yield break;
        if (kind == MetricKind.Proportion)
        {
            if (sum < 0 || sum > count || sum != Math.Floor(sum)) yield return new(place + ".sum", "is not a number of users", Text(sum), $"a whole number, 0 to {count}");
            if (squares != sum) yield return new(place + ".sumOfSquares", "is not the sum, as it is for a proportion", Text(squares), Text(sum));
        }
        else if (count == 0 && (sum != 0 || squares != 0))
        {
            yield return new(place + ".count", "is zero beside a sum", "0", "how many users were summed");
        }
        else if (count * squares < sum * sum * (1 - 1e-9))
        {
            // By the inequality of Cauchy and Schwarz no numbers have these sums; rounding is allowed for.
            yield return new(place + ".sumOfSquares", "is smaller than such a sum of so many users can have", Text(squares), $"{Text(sum * sum / count)} or more");
        }
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
