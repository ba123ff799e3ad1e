using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Rollouts.Domain.Rehearsals;

/// <summary>
/// Recorded hours drawn with replacement: each hour of a run is an hour that was recorded at the same time of another
/// day, or any hour where less than a day is known, so that bursts and the shape of the day stay as they were. The
/// requests of each minute, and what became of them, are dealt to the two arms by chance.
/// </summary>
public sealed class RecordedTraffic : IRehearsalTraffic
{
    /// <summary>Less cannot be drawn from.</summary>
    public static readonly TimeSpan Fewest = TimeSpan.FromHours(2);

    /// <summary>An hour with less is left out.</summary>
    private const int FewestMinutes = 30;

    private const int Hour = 60;

    private readonly ImmutableArray<ArmReport[]> hours;
    // None unless every hour of the day is known.
    private readonly ImmutableArray<ImmutableArray<ArmReport[]>> byTimeOfDay = [];
    private readonly double spread;
    private readonly ImmutableArray<double> bounds;

    private RecordedTraffic(List<(int TimeOfDay, ArmReport[] Minutes)> recorded, double spread, ImmutableArray<double> bounds)
    {
        hours = [.. recorded.Select(hour => hour.Minutes)];
        if (recorded.Select(hour => hour.TimeOfDay).Distinct().Count() == 24)
            byTimeOfDay = [.. Enumerable.Range(0, 24).Select(time => recorded.Where(hour => hour.TimeOfDay == time).Select(hour => hour.Minutes).ToImmutableArray())];
        (this.spread, this.bounds) = (spread, bounds);
    }

    /// <param name="isHarmless">The feature did no harm, so that both arms are traffic as it is; otherwise only the control is.</param>
    /// <param name="spread">Standard deviation of single response times over their mean.</param>
    /// <param name="bounds">Empty where no rule asks how response times are spread.</param>
    /// <returns>Null when there is too little.</returns>
    public static RecordedTraffic? From(ImmutableArray<RecordedMinute> minutes, bool isHarmless, double spread, ImmutableArray<double> bounds)
    {
        var recorded = minutes
            .GroupBy(minute => new DateTimeOffset(minute.At.Year, minute.At.Month, minute.At.Day, minute.At.Hour, 0, 0, TimeSpan.Zero))
            .Select(hour => (TimeOfDay: hour.Key.Hour, Minutes: hour.Select(minute => Healthy(minute, isHarmless)).OfType<ArmReport>().Where(report => report.Requests > 0).ToArray()))
            .Where(hour => hour.Minutes.Length >= FewestMinutes)
            .ToList();
        return recorded.Count < Fewest.TotalHours ? null : new RecordedTraffic(recorded, spread, bounds);
    }

    public (ArmReport Exposed, ArmReport? Control) Next(Moment minute, double share, RehearsalHarm? harm, Draws draws)
    {
        var known = HourOf(minute);
        var all = known[minute.Minute % Hour * known.Length / Hour];
        return (Deal(all, share * minute.Length, harm, draws), share < 1 ? Deal(all, (1 - share) * minute.Length, null, draws) : null);
    }

    // The same hours for the same run, whatever happens in it.
    private ArmReport[] HourOf(Moment minute)
    {
        var number = minute.Minute / Hour;
        var same = byTimeOfDay.IsEmpty ? hours : byTimeOfDay[number % 24];
        return same[(int)((uint)Mix(minute.Seed, number) % (uint)same.Length)];
    }

    private ArmReport Deal(ArmReport all, double share, RehearsalHarm? harm, Draws draws)
    {
        var requests = draws.Binomial(all.Requests, share);
        var errors = all.Errors is { } failed ? Math.Min(requests, draws.Binomial(failed, share) + More(failed * share, harm, draws)) : (long?)null;
        var timed = all.LatencyCount is { } count && count > 0 ? Math.Min(count, (long)Math.Round(count * (requests / (double)all.Requests))) : 0;
        var mean = all is { LatencyCount: > 0 and var of, LatencyMicros: { } micros } ? micros / 1000.0 / of * (harm?.Latency ?? 1) : 0;
        return new ArmReport
        {
            Requests = requests,
            Errors = errors,
            Crashes = Of(all.Crashes),
            CriticalErrors = Of(all.CriticalErrors),
            LatencyCount = all.LatencyCount is null ? null : timed,
            LatencyMicros = all.LatencyMicros is null ? null : timed > 0 && mean > 0 ? Responses.Sum(timed, mean, spread, draws) : 0,
            Scores = all.Scores.IsEmpty ? [] : [.. all.Scores.Select(score => draws.Binomial(score, share))],
            Users = Of(all.Users),
            Adopters = Of(all.Adopters),
            Buckets = bounds.IsEmpty || timed == 0 || mean <= 0 ? [] : Responses.Spread(timed, mean, spread, bounds, draws),
            Own = all.Own.IsEmpty ? all.Own : all.Own.ToImmutableDictionary(own => own.Key, own => draws.Binomial(Math.Max(0, own.Value), share)),
        };

        long? Of(long? counted) => counted is { } some ? draws.Binomial(some, share) : null;
    }

    private static long More(double errors, RehearsalHarm? harm, Draws draws) => harm is { Errors: > 1 } ? draws.Poisson(errors * (harm.Errors - 1)) : 0;

    private static ArmReport? Healthy(RecordedMinute minute, bool isHarmless) =>
        !isHarmless || minute.Exposed is null ? minute.Control
        : minute.Control is null ? minute.Exposed
        : Sum(minute.Exposed, minute.Control);

    private static ArmReport Sum(ArmReport one, ArmReport other) => new()
    {
        Requests = one.Requests + other.Requests,
        Errors = Add(one.Errors, other.Errors),
        Crashes = Add(one.Crashes, other.Crashes),
        CriticalErrors = Add(one.CriticalErrors, other.CriticalErrors),
        LatencyMicros = Add(one.LatencyMicros, other.LatencyMicros),
        LatencyCount = Add(one.LatencyCount, other.LatencyCount),
        Scores = one.Scores.IsEmpty ? other.Scores : other.Scores.IsEmpty ? one.Scores : [.. one.Scores.Zip(other.Scores, (left, right) => left + right)],
        Users = Add(one.Users, other.Users),
        Adopters = Add(one.Adopters, other.Adopters),
        Own = one.Own.Concat(other.Own).GroupBy(own => own.Key).ToImmutableDictionary(own => own.Key, own => own.Sum(count => count.Value)),
    };

    private static long? Add(long? one, long? other) => one is null && other is null ? null : (one ?? 0) + (other ?? 0);

    // Not the framework's, which differs from process to process.
    private static int Mix(int seed, int number)
    {
        var mixed = unchecked((uint)(seed * 0x9E3779B1) ^ (uint)(number * 0x85EBCA6B));
        mixed = unchecked((mixed ^ (mixed >> 15)) * 0x2C1B3C6D);
        return unchecked((int)((mixed ^ (mixed >> 12)) * 0x297A2D39));
    }
}
