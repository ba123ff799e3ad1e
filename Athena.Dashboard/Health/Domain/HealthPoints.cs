using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Health.Domain;

/// <summary>Points of charts and tables, made from counts.</summary>
public static class HealthPoints
{
    public static readonly ImmutableArray<string> Names =
        ["errorRate", "crashRate", "criticalErrors", "responseTime", "responseTimeP95", "throughput", "userSatisfaction", "featureAdoption"];

    /// <param name="length">The time that the counts cover.</param>
    public static HealthPoint Of(DateTimeOffset at, Arm arm, Tally counts, TimeSpan length)
    {
        var requests = counts[CountSlot.Requests];
        return new HealthPoint(
            at,
            arm,
            requests,
            Share(counts[CountSlot.Errors], requests),
            Share(counts[CountSlot.Crashes], requests),
            counts[CountSlot.CriticalErrors],
            Share(counts[CountSlot.LatencyMicros], counts[CountSlot.LatencyCount]) / 1000,
            LatencyBounds.Quantile(counts.Buckets, 0.95),
            length > TimeSpan.Zero ? requests / length.TotalSeconds : null,
            counts.MeanScore,
            Share(counts[CountSlot.Adopters], counts[CountSlot.Users]));
    }

    public static double? ValueOf(HealthPoint point, string name) => name switch
    {
        "errorRate" => point.ErrorRate,
        "crashRate" => point.CrashRate,
        "criticalErrors" => point.CriticalErrors,
        "responseTime" => point.ResponseTime,
        "responseTimeP95" => point.ResponseTimeP95,
        "throughput" => point.Throughput,
        "userSatisfaction" => point.UserSatisfaction,
        "featureAdoption" => point.FeatureAdoption,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    private static double? Share(double part, double whole) => whole > 0 ? part / whole : null;
}
