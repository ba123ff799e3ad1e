using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Experiments.Domain;

public enum MetricKind
{
    /// <summary>Each user did it or did not: converted, crashed, came back.</summary>
    Proportion,

    /// <summary>Each user has a number: revenue, minutes, milliseconds.</summary>
    Mean,
}

public enum BetterDirection
{
    Higher,
    Lower,
}

/// <summary>What is measured of each user.</summary>
/// <param name="Name">What outcomes are reported under.</param>
/// <param name="Unit">Shown behind values of a mean; a proportion is shown in percent.</param>
/// <param name="Margin">
/// In the metric's own measure (0.01 is one percentage point of a proportion). Of a guard: the loss that is tolerated. Of the
/// primary metric: the smallest difference that matters, or null.
/// </param>
public sealed record ExperimentMetric(string Name, MetricKind Kind, BetterDirection Better, string Unit = "", double? Margin = null)
{
    public const int LongestUnit = 20;

    /// <summary>A value as people read it: <c>12.4 %</c>, <c>318 ms</c>.</summary>
    public string Format(double value) => Kind == MetricKind.Proportion ? $"{Number(100 * value)} %" : WithUnit(value);

    /// <summary>A difference as people read it: <c>0.8 points</c> of a proportion.</summary>
    public string FormatDifference(double value) => Kind == MetricKind.Proportion ? $"{Number(100 * value)} points" : WithUnit(value);

    /// <summary>Two differences and what lies between: <c>−1.7 to 2.1 points</c>.</summary>
    public string FormatInterval(double lower, double upper) => Kind == MetricKind.Proportion ? $"{Number(100 * lower)} to {Number(100 * upper)} points" : $"{Number(lower)} to {WithUnit(upper)}";

    internal IEnumerable<RefusalItem> Faults(string place, bool isGuard)
    {
        if (!ExperimentDescription.IsKey(Name)) yield return new(place + ".name", "is not a name of a metric", ExperimentDescription.Shorten(Name), ExperimentDescription.KeyRule);
        if (!Enum.IsDefined(Kind)) yield return new(place + ".kind", "is not a kind of metric", Kind.ToString(), "proportion or mean");
        if (!Enum.IsDefined(Better)) yield return new(place + ".better", "is no direction", Better.ToString(), "higher or lower");
        if (Unit.Length > LongestUnit) yield return new(place + ".unit", "is too long", $"{Unit.Length} characters", $"up to {LongestUnit} characters");
        if (isGuard && Margin is null) yield return new(place + ".margin", "is missing", null, "the loss that is tolerated, 0 or more");
        if (Margin is { } margin && !(margin >= 0 && margin <= (Kind == MetricKind.Proportion ? 1 : 1e12) && (isGuard || margin > 0)))
            yield return new(place + ".margin", "is out of range", margin.ToString("R", CultureInfo.InvariantCulture), Kind == MetricKind.Proportion ? "a part of 1: 0.01 is one percentage point" : isGuard ? "0 or more" : "above 0");
    }

    private string WithUnit(double value) => Unit.Length > 0 ? $"{Number(value)} {Unit}" : Number(value);

    private static string Number(double value)
    {
        var size = Math.Abs(value);
        var format = size >= 1000 ? "#,0" : size >= 100 ? "0.#" : size >= 0.1 ? "0.##" : size >= 0.01 ? "0.###" : "0.#####";
        var text = value.ToString(format, CultureInfo.InvariantCulture).Replace(',', ' ');
        return text is "-0" ? "0" : text.Replace('-', '−');
    }
}
