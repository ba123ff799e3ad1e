using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain.Feeds;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Health.Domain.Otlp;

/// <summary>What is known of one flag's series at one instance from the exports before: the newest point of each.</summary>
/// <param name="Layout">The layout that they were read by.</param>
/// <param name="FirstAt">The first export. What is new in a later one has begun since, so it counts from zero.</param>
/// <param name="LastAt">The newest.</param>
/// <param name="NotBefore">What happened earlier may have been counted by another layout.</param>
/// <param name="Batches">How many were made.</param>
public sealed record OtlpTarget(string Layout, DateTimeOffset FirstAt, DateTimeOffset LastAt, DateTimeOffset NotBefore, long Batches, ImmutableDictionary<string, OtlpSeries> Series)
{
    /// <summary>Series of one flag at one instance; more are a mistake in what is an attribute.</summary>
    private const int MostSeries = 2000;

    // Points of one collection are some moments apart, and may come in several exports.
    private static readonly TimeSpan OneCollection = TimeSpan.FromSeconds(1);

    /// <summary>Takes one export's points: each series gives what it rose by, and remembers where it is.</summary>
    /// <param name="before">Null for a target that nothing is known of.</param>
    /// <returns>What to remember, and what rose; null when this export only tells where counting begins.</returns>
    public static (OtlpTarget After, HealthBatch? Batch) Take(
        OtlpTarget? before, OtlpLayout layout, string flag, string instance, IReadOnlyList<OtlpSample> samples, OtlpFaults faults, BatchLimits limits, DateTimeOffset now)
    {
        // Both clocks were ahead: by those times every point would come too early, for as long as they were.
        var isAhead = before is not null && ClockPutBack.Shows(before.LastAt, now);
        var known = before?.Layout == layout.Fingerprint && !isAhead ? before : null;
        var notBefore = known?.NotBefore ?? (isAhead ? now : before?.LastAt) ?? DateTimeOffset.MinValue;
        var series = (known?.Series ?? ImmutableDictionary<string, OtlpSeries>.Empty).ToBuilder();
        var longest = layout.Longest < limits.Longest ? layout.Longest : limits.Longest;
        var rises = new List<(OtlpSample Sample, OtlpRise Rise)>();
        var end = DateTimeOffset.MinValue;
        foreach (var sample in samples.OrderBy(sample => sample.Point.At))
        {
            if (WhyNot(sample.Point.At) is { } why)
            {
                Fault(sample, UndecidedCause.Stale, why);
                continue;
            }

            if (sample.Point.At > end) end = sample.Point.At;
            var last = series.GetValueOrDefault(sample.Key);
            if (last is null && series.Count >= MostSeries)
            {
                Fault(sample, UndecidedCause.SeveralSeries, string.Create(CultureInfo.InvariantCulture, $"It has more than {MostSeries:#,0} series; is something an attribute that should not be one?"));
                continue;
            }

            var (next, rise, fault) = OtlpSeries.Next(last, sample, BeginOf(sample.Point), longest);
            if (fault is not null) Fault(sample, UndecidedCause.SeveralSeries, fault);
            if (next is not null) series[sample.Key] = next;
            if (rise is { } risen) rises.Add((sample, risen));
        }

        if (end == DateTimeOffset.MinValue) return (before ?? new OtlpTarget(layout.Fingerprint, now, now, notBefore, 0, series.ToImmutable()), null);
        var after = new OtlpTarget(
            layout.Fingerprint, known?.FirstAt ?? end, !isAhead && before?.LastAt > end ? before.LastAt : end, notBefore, (before?.Batches ?? 0) + (rises.Count > 0 ? 1 : 0), series.ToImmutable());
        return (after, rises.Count == 0 ? null : Batch(layout, flag, instance, after.Batches, rises, longest));

        // Of a series that is new here: it has begun since the export before, or says itself when.
        DateTimeOffset? BeginOf(OtlpPoint point) =>
            known is not null && point.At > known.FirstAt + OneCollection ? known.LastAt < point.At - OneCollection ? known.LastAt : point.At - OneCollection
            : point.Start is { } start && start >= notBefore ? start
            : null;

        string? WhyNot(DateTimeOffset at) =>
            at > now + limits.Skew ? "Its points lie in the future; one of the two clocks is wrong."
            : at < now - limits.Oldest ? "Its points are older than " + Durations.Format(limits.Oldest) + "."
            : null;

        void Fault(OtlpSample sample, UndecidedCause cause, string detail) => faults.Add(sample.Point, new FeedFault(flag, instance, cause, detail));
    }

    private static HealthBatch Batch(OtlpLayout layout, string flag, string instance, long number, List<(OtlpSample Sample, OtlpRise Rise)> rises, TimeSpan longest)
    {
        var to = rises.Max(rise => rise.Sample.Point.At);
        var from = rises.Min(rise => rise.Rise.From);
        var arms = new Tally?[3];
        foreach (var (sample, rise) in rises) Count(arms[(int)sample.Arm] ??= new Tally(), sample, rise);
        foreach (var arm in arms) Complete(arm, layout);
        return new HealthBatch(
            string.Create(CultureInfo.InvariantCulture, $"otlp-{OtlpLayout.Hash($"{layout.Source}\n{flag}\n{instance}")}-{number}"),
            instance, to - from > longest ? to - longest : from, to, null, flag, arms[(int)Arm.Exposed], arms[(int)Arm.Control], arms[(int)Arm.Outside], rises.Count);
    }

    private static void Count(Tally tally, OtlpSample sample, OtlpRise rise)
    {
        var value = (long)Math.Round(rise.Value);
        if (sample.Count.Length == 0)
        {
            tally[CountSlot.LatencyMicros] += (long)Math.Round(sample.SumInMicros(rise.Sum));
            tally[CountSlot.LatencyCount] += value;
            for (var i = 0; i < tally.Buckets.Length; i++) tally.Buckets[i] += rise.Buckets![i];
        }
        else if (sample.Count == "users")
        {
            tally[CountSlot.Users] += value;
        }
        else if (sample.Count == "adopters")
        {
            tally[CountSlot.Adopters] += value;
        }
        else if (CounterFeed.SlotOf(sample.Count) is { } slot)
        {
            tally[slot] += value;
        }
        else
        {
            tally.AddOwn(sample.Count, value);
        }
    }

    // A count without a series is zero where there was traffic, and unknown where there was none.
    private static void Complete(Tally? tally, OtlpLayout layout)
    {
        if (tally is null || tally[CountSlot.Requests] == 0) return;
        foreach (var count in layout.Counts.Where(count => !count.IsOfPeople && !tally.Reports(count.Name)))
        {
            if (CounterFeed.SlotOf(count.Name) is { } slot) tally[slot] += 0;
            else tally.AddOwn(count.Name, 0);
        }
    }
}
