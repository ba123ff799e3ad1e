namespace Athena.Dashboard.Process.Contracts;

/// <summary>
/// Names of the counts that applications report in health batches, as <see cref="MetricDefinition.Parts"/> writes
/// them. Any other name in lower case with underscores is a count of the application's own, reported under
/// <c>counts</c>.
/// </summary>
public static class CountNames
{
    public const string Requests = "requests";

    /// <summary>Requests that failed; at most <see cref="Requests"/>.</summary>
    public const string Errors = "errors";

    public const string Crashes = "crashes";

    public const string CriticalErrors = "critical_errors";

    /// <summary>Sum of response times, in milliseconds.</summary>
    public const string LatencySum = "latency_sum";

    /// <summary>How many response times are in <see cref="LatencySum"/>.</summary>
    public const string LatencyCount = "latency_count";

    /// <summary>Response times per bucket; a <see cref="MetricKind.Quantile"/> is read from them, up to ten seconds.</summary>
    public const string LatencyBuckets = "latency_buckets";

    /// <summary>Counts per score 1 to 5; a <see cref="MetricKind.Score"/> is their mean.</summary>
    public const string Scores = "scores";

    /// <summary>Distinct users of the batch's interval.</summary>
    public const string Users = "users";

    /// <summary>Those of <see cref="Users"/> who used the feature.</summary>
    public const string Adopters = "adopters";
}
