using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Athena.Dashboard.Health.Domain.Feeds;

/// <summary>How the series of a source are to be read.</summary>
/// <param name="Source">Its name.</param>
/// <param name="FlagLabel">The label that holds the flag's key.</param>
/// <param name="ArmLabel">The label that says exposed, control or outside.</param>
/// <param name="InstanceLabels">What tells targets apart.</param>
/// <param name="Scrape">Time between two samples.</param>
public sealed record FeedLayout(string Source, string FlagLabel, string ArmLabel, ImmutableArray<string> InstanceLabels, TimeSpan Scrape)
{
    /// <summary>Distances beyond this are gaps: what was counted in them is not known to be of that time.</summary>
    public TimeSpan Longest => Scrape * 2.5;

    public string InstanceOf(RawSeries series)
    {
        var target = string.Join(' ', InstanceLabels.Select(label => series.Labels.GetValueOrDefault(label, "")).Where(value => value.Length > 0));
        var name = Source + "/" + target;
        return name.Length <= 100 ? name : name[..100];
    }

    /// <summary>The same scrape is the same batch, whoever asks for it and however often.</summary>
    public string BatchIdOf(string flag, string instance, DateTimeOffset at) =>
        "prom-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Source}\n{flag}\n{instance}\n{at.UtcTicks}")))[..40];
}

/// <summary>One of the counts that a source is asked for.</summary>
/// <param name="Name">As in the metric catalogue, or score_1 to score_5.</param>
/// <param name="SumOver">Labels over which series are summed; what differs in any other label is ambiguous.</param>
public sealed record FeedCount(string Name, FeedPart Part, ImmutableArray<string> SumOver)
{
    /// <summary>What a <see cref="FeedPart.LatencySum"/> or bucket bound is multiplied with to be milliseconds.</summary>
    public double ToMilliseconds { get; init; } = 1;
}

public enum FeedPart
{
    Count,
    LatencySum,
    LatencyCount,
    LatencyBuckets,
}

/// <summary>The answer to one count's query. In the order of asking: what a later one lacks of the first one's scrapes was not there.</summary>
public readonly record struct FeedAnswer(FeedCount Count, ImmutableArray<RawSeries> Series);
