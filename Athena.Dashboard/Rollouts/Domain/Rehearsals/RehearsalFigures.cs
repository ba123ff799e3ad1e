using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Rollouts.Domain.Rehearsals;

/// <summary>What the application is like without the feature, as far as a rehearsal makes it up.</summary>
public sealed record RehearsalFigures
{
    public static readonly RehearsalFigures Default = new();

    /// <summary>Of everybody, with the feature or without; 0.1 to 10,000,000, default 6,000.</summary>
    public double RequestsPerMinute { get; init; } = 6000;

    /// <summary>Share of the requests that fail, 0 to 0.5, default 0.0005.</summary>
    public double ErrorRate { get; init; } = 0.0005;

    /// <summary>Mean response time in milliseconds, 0.1 to 60,000, default 200.</summary>
    public double ResponseTime { get; init; } = 200;

    /// <summary>Standard deviation of single response times over their mean, 0.05 to 5, default 1.</summary>
    public double ResponseSpread { get; init; } = 1;

    /// <summary>Coefficient of variation of the error rate from minute to minute beyond chance, 0 to 2, default 0.3.</summary>
    public double Bursts { get; init; } = 0.3;

    /// <summary>Traffic goes up and down by four fifths over the day, and the error rate against it by half. Default no.</summary>
    public bool DayAndNight { get; init; }

    /// <summary>Scores that users give per thousand requests, 0 to 1,000, default 5.</summary>
    public double ScoresPerThousand { get; init; } = 5;

    /// <summary>Mean of the scores, 1 to 5, default 4.3.</summary>
    public double MeanScore { get; init; } = 4.3;

    /// <summary>Everything that cannot be tried, at once.</summary>
    public ImmutableArray<RefusalItem> Faults() =>
    [
        .. Check("requestsPerMinute", RequestsPerMinute, 0.1, 10_000_000),
        .. Check("errorRate", ErrorRate, 0, 0.5),
        .. Check("responseTime", ResponseTime, 0.1, 60_000),
        .. Check("responseSpread", ResponseSpread, 0.05, 5),
        .. Check("bursts", Bursts, 0, 2),
        .. Check("scoresPerThousand", ScoresPerThousand, 0, 1000),
        .. Check("meanScore", MeanScore, 1, 5),
    ];

    private static IEnumerable<RefusalItem> Check(string place, double value, double from, double to)
    {
        if (!(value >= from && value <= to))
            yield return new RefusalItem("figures." + place, "is out of range", value.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"{from} to {to:#,0.###}"));
    }
}
