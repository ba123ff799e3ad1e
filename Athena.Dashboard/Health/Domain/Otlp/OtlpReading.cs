using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain.Feeds;

namespace Athena.Dashboard.Health.Domain.Otlp;

/// <summary>One export sorted by what it is about, and what of it cannot be counted.</summary>
public sealed class OtlpReading(OtlpLayout layout)
{
    /// <summary>Flags and instances that one export may be about.</summary>
    private const int MostTargets = 1000;

    /// <summary>Counters are whole beyond this no more.</summary>
    private const double Most = 1e15;

    private readonly Dictionary<(string Flag, string Instance), List<OtlpSample>> targets = [];

    public IReadOnlyDictionary<(string Flag, string Instance), List<OtlpSample>> Targets => targets;

    /// <summary>What is wrong, with the points that it is wrong with.</summary>
    public OtlpFaults Faults { get; } = new();

    /// <summary>Points of metrics that are counted.</summary>
    public int Points { get; private set; }

    /// <summary>How many of them name no flag; they are passed over.</summary>
    public int Unlabelled { get; private set; }

    /// <param name="isMeasured">Whether a flag has a rollout; of others nothing is kept.</param>
    public static OtlpReading Read(OtlpLayout layout, IEnumerable<OtlpPoint> points, Func<string, bool> isMeasured, Func<string, bool> isOwnCount)
    {
        var reading = new OtlpReading(layout);
        foreach (var point in points) reading.Sort(point, isMeasured, isOwnCount);
        return reading;
    }

    private void Sort(OtlpPoint point, Func<string, bool> isMeasured, Func<string, bool> isOwnCount)
    {
        if (!layout.Names(point.Metric)) return;
        Points++;
        if (point[layout.FlagAttribute] is not { Length: > 0 } flag)
        {
            Unlabelled++;
            return;
        }

        if (point.HasNoValue || !isMeasured(flag)) return;
        var instance = layout.InstanceOf(point);
        if (!layout.Arms.TryGetValue(point[layout.ArmAttribute], out var arm))
        {
            Fault(UndecidedCause.SeveralSeries, $"{layout.ArmAttribute} does not say which arm: {Quote(point[layout.ArmAttribute])} is none of {string.Join(", ", layout.Arms.Keys.Order(StringComparer.Ordinal))}.");
            return;
        }

        foreach (var count in layout.Counts.Where(count => count.Metric == point.Metric && count.Takes(point)))
        {
            if (CounterFeed.SlotOf(count.Name) is null && !count.IsOfPeople && !isOwnCount(count.Name)) Fault(UndecidedCause.NotReported, $"No metric of the process is made of the count {count.Name}.");
            else if (WhyNot(point, count.IsOfPeople) is { } why) Fault(why.Cause, why.Detail);
            else Add(new OtlpSample(point, count.Name, arm, KeyOf(point, count.Name, arm)));
        }

        if (point.Metric != layout.Latency) return;
        if (WhyNot(point, isOfPeople: false) is { } not) Fault(not.Cause, not.Detail);
        else if (Latencies(point) is { } latencies) Add(new OtlpSample(point, "", arm, KeyOf(point, "", arm)) { Buckets = latencies.Buckets, ToMilliseconds = latencies.Factor });

        void Add(OtlpSample sample)
        {
            if (!targets.TryGetValue((flag, instance), out var target))
            {
                if (targets.Count >= MostTargets)
                {
                    Fault(UndecidedCause.SeveralSeries, string.Create(CultureInfo.InvariantCulture, $"The export is about more than {MostTargets:#,0} flags and instances."));
                    return;
                }

                targets[(flag, instance)] = target = [];
            }

            target.Add(sample);
        }

        void Fault(UndecidedCause cause, string detail) => Faults.Add(point, new FeedFault(flag, instance, cause, detail));
    }

    private (UndecidedCause Cause, string Detail)? WhyNot(OtlpPoint point, bool isOfPeople)
    {
        if (isOfPeople != (point.Kind == OtlpKind.Gauge))
        {
            return point.Kind switch
            {
                OtlpKind.Other => (UndecidedCause.NotANumber, $"{point.Metric} is a summary, a delta of what may fall, or a histogram that cannot be: none of them can be counted."),
                OtlpKind.Gauge => (UndecidedCause.NotANumber, $"{point.Metric} is a gauge or may fall, so what happened between two exports is not known. A sum that only rises, or a histogram, is needed."),
                _ => (UndecidedCause.NotANumber, $"{point.Metric} is added up, and how many people there are cannot be: a gauge is needed."),
            };
        }

        if (point.Kind == OtlpKind.Other) return (UndecidedCause.NotANumber, $"{point.Metric} is a histogram with values below zero or more buckets than are taken.");
        if (point.Kind == OtlpKind.Unspecified) return (UndecidedCause.NotANumber, $"{point.Metric} does not say whether it is cumulative or delta.");
        if (!double.IsFinite(point.Value) || point.Value is < 0 or >= Most)
            return (UndecidedCause.NotANumber, string.Create(CultureInfo.InvariantCulture, $"{point.Metric} is {point.Value}, which no counter can be."));
        return null;
    }

    /// <returns>Null when it cannot be counted; that is told then.</returns>
    private (long[] Buckets, double Factor)? Latencies(OtlpPoint point)
    {
        var unit = point.Unit.Length > 0 ? point.Unit : layout.LatencyUnit;
        double? toMilliseconds = unit switch { "s" => 1000, "ms" => 1, "us" => 0.001, "ns" => 0.000001, _ => null };
        if (point.Histogram is not { } histogram) return Not($"{point.Metric} is no histogram, so there are no response times in it.");
        if (toMilliseconds is not { } factor) return Not($"{point.Metric} has the unit {Quote(unit)}; response times are in s, ms, us or ns.");
        if (histogram.Sum is not (>= 0 and < Most)) return Not($"{point.Metric} has no sum, or one that response times cannot have.");
        return histogram.Latencies(factor) is { } buckets ? (buckets, factor) : Not($"{point.Metric} has buckets that do not fit their bounds, or do not add up to its count.");

        (long[] Buckets, double Factor)? Not(string detail)
        {
            Faults.Add(point, new FeedFault(point[layout.FlagAttribute], layout.InstanceOf(point), UndecidedCause.NotANumber, detail));
            return null;
        }
    }

    /// <summary>What a series is told from the others of its target by; short, because one of each is kept.</summary>
    private static string KeyOf(OtlpPoint point, string count, Arm arm)
    {
        var key = new StringBuilder(count).Append('\n').Append(arm).Append('\n').Append(point.Metric).Append('\n').Append(point.Scope);
        foreach (var (name, value) in point.Attributes.OrderBy(attribute => attribute.Key, StringComparer.Ordinal)) key.Append('\n').Append(name).Append('=').Append(value);
        return OtlpLayout.Hash(key.ToString())[..16];
    }

    private static string Quote(string value) => value.Length == 0 ? "nothing" : "'" + (value.Length <= 40 ? value : value[..40] + "…") + "'";
}

/// <summary>A point as one of the counts that it gives.</summary>
/// <param name="Count">Empty for response times.</param>
public sealed record OtlpSample(OtlpPoint Point, string Count, Arm Arm, string Key)
{
    /// <summary>Of response times; null for others.</summary>
    public long[]? Buckets { get; init; }

    /// <summary>What response times are multiplied with to be milliseconds.</summary>
    public double ToMilliseconds { get; init; } = 1;

    public double SumInMicros(double sum) => sum * ToMilliseconds * 1000;
}

/// <summary>What of an export was not counted: how many points, and why.</summary>
public sealed class OtlpFaults
{
    private const int MostReasons = 3;

    private readonly HashSet<OtlpPoint> points = new(ReferenceEqualityComparer.Instance);
    private readonly List<FeedFault> faults = [];

    public int Points => points.Count;

    /// <summary>One of each kind.</summary>
    public IReadOnlyList<FeedFault> All => faults;

    public void Add(OtlpPoint point, FeedFault fault)
    {
        points.Add(point);
        if (faults.Count < 20 && !faults.Contains(fault)) faults.Add(fault);
    }

    /// <summary>The first reasons, for whoever sent the export.</summary>
    public string Explain() => string.Join(' ', faults.Select(fault => fault.Flag.Length > 0 ? $"{fault.Flag}: {fault.Detail}" : fault.Detail).Distinct().Take(MostReasons));
}
