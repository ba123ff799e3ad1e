using System.Collections.Immutable;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Health.Contracts;

/// <summary>
/// The product's own meter and judge apart from all others: in memory alone, fed with counts that somebody recorded or
/// made up, on whatever clock its caller keeps. Nothing of it is stored, told or acted on.
/// </summary>
public interface IHealthBench
{
    /// <summary>Upper bounds of <see cref="ArmReport.Buckets"/> in milliseconds, ascending; one more bucket lies above the last.</summary>
    ImmutableArray<double> LatencyBounds { get; }

    IHealthTrial Begin(MetricCatalogue catalogue);
}

/// <summary>One rollout that is tried. Not thread-safe.</summary>
public interface IHealthTrial
{
    /// <summary>What was counted over (from, to]; reported at <paramref name="to"/>, in order of time. Null for an arm without anybody.</summary>
    void Report(DateTimeOffset from, DateTimeOffset to, ArmReport? exposed, ArmReport? control);

    /// <inheritdoc cref="IHealthJudge.Judge"/>
    ImmutableArray<RuleVerdict> Judge(HealthScope scope, ImmutableArray<JudgedRule> rules, DateTimeOffset now);

    SourceFreshness Freshness(DateTimeOffset now);

    /// <summary>
    /// Whether a look could find harm by a rule over a window that the look before could not: a report in it is, for
    /// itself, beyond the threshold. A share or a mean over a time is beyond it only if it is in some part of that time.
    /// Says nothing of sequential rules, whose evidence waits for the next look.
    /// </summary>
    bool IsOdd(ImmutableArray<JudgedRule> rules);

    /// <summary>
    /// Another trial that goes on from here: with the evidence of the last look and the counts of some time back, as
    /// when another server takes a rollout over. A harm that one look has found is forgotten, as there.
    /// </summary>
    /// <param name="remember">How far back counts are kept, at most <see cref="LongestMemory"/>.</param>
    IHealthTrial Fork(TimeSpan remember);

    /// <summary>No fork remembers more.</summary>
    static readonly TimeSpan LongestMemory = TimeSpan.FromHours(2);
}

/// <summary>Counts of one arm over some time, as an application reports them. What is null was not reported.</summary>
public sealed record ArmReport
{
    public required long Requests { get; init; }

    /// <summary>At most <see cref="Requests"/>.</summary>
    public long? Errors { get; init; }

    public long? Crashes { get; init; }

    public long? CriticalErrors { get; init; }

    /// <summary>Sum of response times in microseconds.</summary>
    public long? LatencyMicros { get; init; }

    /// <summary>How many response times are in the sum.</summary>
    public long? LatencyCount { get; init; }

    /// <summary>How many gave 1, 2, 3, 4 and 5; empty where nobody is asked.</summary>
    public ImmutableArray<long> Scores { get; init; } = [];

    public long? Users { get; init; }

    public long? Adopters { get; init; }

    /// <summary>Response times between the bounds of <see cref="IHealthBench.LatencyBounds"/>; empty where they are not told apart.</summary>
    public ImmutableArray<long> Buckets { get; init; } = [];

    /// <summary>The application's own counts by name.</summary>
    public ImmutableDictionary<string, long> Own { get; init; } = ImmutableDictionary<string, long>.Empty;
}
