using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Health.Domain;

/// <summary>
/// The values of the live charts: <c>error_rate.exposed</c>, <c>error_rate.control</c> and so on, and <c>exposure</c>.
/// Each is over a whole number of the intervals at which batches come, so that a value neither jumps between full and
/// empty seconds nor lags behind.
/// </summary>
public static class LiveValues
{
    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromSeconds(60);

    /// <summary>Now: up to the end of the newest batch; nothing but the exposure when nobody reports.</summary>
    public static IReadOnlyDictionary<string, double?> Now(RolloutMeter meter, DateTimeOffset now)
    {
        var freshness = meter.Freshness(now);
        var values = new Dictionary<string, double?>(17, StringComparer.Ordinal);
        if (freshness is { IsFresh: true, LastBatchAt: { } last })
        {
            // Half an interval short at the beginning: batches a little too early or late are still as many.
            var (window, interval) = WindowOf(freshness);
            Add(values, meter.Measure(last - window + (interval / 2), last, now), window);
        }

        values["exposure"] = meter.LastLook?.Scope.Exposure?.Fraction;
        return values;
    }

    /// <summary>
    /// As they were at an earlier moment, only those that had a value; what the exposure was then is not known here.
    /// Whole cells are taken, so that what is only kept in longer cells by now is not cut away at both ends.
    /// </summary>
    public static IReadOnlyDictionary<string, double?> At(RolloutMeter meter, DateTimeOffset at, DateTimeOffset now)
    {
        var (window, _) = WindowOf(meter.Freshness(now));
        var step = (at.UtcTicks - window.Ticks >= Rung.Finest.HorizonTicks(now) ? Rung.Finest : Rung.Ladder[1]).Length.Ticks;
        var to = (at.UtcTicks + step - 1) / step * step;
        var from = to - ((window.Ticks + step - 1) / step * step);
        var values = new Dictionary<string, double?>(StringComparer.Ordinal);
        Add(values, meter.Measure(new DateTimeOffset(from, TimeSpan.Zero), new DateTimeOffset(to, TimeSpan.Zero), now), TimeSpan.FromTicks(to - from));
        return values.Where(value => value.Value is not null).ToDictionary(StringComparer.Ordinal);
    }

    private static (TimeSpan Window, TimeSpan Interval) WindowOf(SourceFreshness freshness)
    {
        var interval = freshness.Interval ?? ShortestWindow;
        var window = interval * Math.Max(2, Math.Ceiling(ShortestWindow / interval));
        return (window > LongestWindow ? LongestWindow : window, interval);
    }

    private static void Add(Dictionary<string, double?> values, Measured measured, TimeSpan length)
    {
        Add(values, "exposed", HealthPoints.Of(measured.To, Arm.Exposed, measured.Exposed, length), measured.Exposed.IsEmpty);
        Add(values, "control", HealthPoints.Of(measured.To, Arm.Control, measured.Control, length), measured.Control.IsEmpty);
    }

    private static void Add(Dictionary<string, double?> values, string arm, HealthPoint point, bool isEmpty)
    {
        values["error_rate." + arm] = point.ErrorRate;
        values["crash_rate." + arm] = point.CrashRate;
        values["critical_errors." + arm] = isEmpty ? null : point.CriticalErrors;
        values["response_time." + arm] = point.ResponseTime;
        values["response_time_p95." + arm] = point.ResponseTimeP95;
        values["throughput." + arm] = isEmpty ? null : point.Throughput;
        values["user_satisfaction." + arm] = point.UserSatisfaction;
        values["feature_adoption." + arm] = point.FeatureAdoption;
    }
}
