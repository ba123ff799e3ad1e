using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Health.Domain;

/// <summary>The stage line of a chart: what share of users had the feature, moment by moment.</summary>
public static class ExposureHistory
{
    private const int Samples = 60;

    /// <summary>The share at every change and at even distances between two instants, in order; nothing before the first step.</summary>
    /// <param name="steps">In order.</param>
    public static IReadOnlyList<(DateTimeOffset At, double Fraction)> Between(IReadOnlyList<ExposureStep> steps, DateTimeOffset from, DateTimeOffset to)
    {
        // A value holds until the next one: said again and again, so that a window that moves on never loses it.
        var even = Enumerable.Range(0, Samples + 1).Select(at => from + ((to - from) / Samples * at));
        return
        [
            .. even.Concat(steps.Select(step => step.At).Where(at => at > from && at < to))
                .Distinct()
                .Order()
                .Select(at => (At: at, Step: steps.LastOrDefault(step => step.At <= at)))
                .Where(sample => sample.Step is not null)
                .Select(sample => (sample.At, sample.Step!.Fraction)),
        ];
    }
}
