using System.ComponentModel.DataAnnotations;
using Athena.Dashboard.Health.Domain;

namespace Athena.Dashboard.Health;

/// <summary>How health batches are taken and kept; section <c>Athena:Health</c>.</summary>
public sealed class HealthOptions
{
    public const string Section = "Athena:Health";

    /// <summary>A batch that ended longer ago is kept for reports and used by no rule. 5 to 600 s, default 60.</summary>
    [Range(5, 600)]
    public int LatenessSeconds { get; set; } = 60;

    /// <summary>A batch that ended longer ago is refused. 10 to 1,440 min, default 60.</summary>
    [Range(10, 1440)]
    public int OldestMinutes { get; set; } = 60;

    /// <summary>The longest time that one batch may cover. 1 to 3,600 s, default 300.</summary>
    [Range(1, 3600)]
    public int LongestBatchSeconds { get; set; } = 300;

    /// <summary>Time from taking a batch to its being stored; lost at most when the process is killed. 50 to 1,000 ms, default 500.</summary>
    [Range(50, 1000)]
    public int FlushMilliseconds { get; set; } = 500;

    /// <summary>
    /// Batches that may wait to be stored before further ones are answered 429, so that memory stays bounded while
    /// the database does not answer. 100 to 10,000,000, default 100,000.
    /// </summary>
    [Range(100, 10_000_000)]
    public int MostUnwritten { get; set; } = 100_000;

    /// <summary>Batches that one API key may send in a second; beyond it 429. 1 to 1,000,000, default 10,000.</summary>
    [Range(1, 1_000_000)]
    public int MostBatchesPerSecond { get; set; } = 10_000;

    internal BatchLimits Limits => BatchLimits.Default with
    {
        Lateness = TimeSpan.FromSeconds(LatenessSeconds),
        Oldest = TimeSpan.FromMinutes(OldestMinutes),
        Longest = TimeSpan.FromSeconds(LongestBatchSeconds),
    };
}
