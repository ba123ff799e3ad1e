using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Health;

/// <summary>How a source fares that the product asks.</summary>
/// <param name="State">As it was at the last asking.</param>
/// <param name="Since">Since when it is so.</param>
/// <param name="AskedAt">Null before the first time.</param>
/// <param name="UsedAt">When it last gave what can be counted.</param>
/// <param name="NewestSampleAt">The newest scrape that it has.</param>
/// <param name="Series">How many matched.</param>
/// <param name="Unlabelled">How many of them name no flag.</param>
/// <param name="Batches">How many were made of it since the process began.</param>
/// <param name="Detail">What is the matter; empty when nothing is.</param>
/// <param name="InRow">How many askings in a row came to <paramref name="State"/>.</param>
/// <param name="IsTold">The failure was told and is not over.</param>
public sealed record FeedStatus(
    string Name,
    string Url,
    string Environment,
    FeedState State,
    DateTimeOffset Since,
    DateTimeOffset? AskedAt,
    DateTimeOffset? UsedAt,
    DateTimeOffset? NewestSampleAt,
    int Series,
    int Unlabelled,
    long Batches,
    string Detail,
    int InRow,
    bool IsTold)
{
    /// <summary>It sends by itself and is not asked; then <see cref="Url"/> is where it sends to.</summary>
    public bool IsPushed { get; init; }

    public static FeedStatus Unasked(string name, string url, string environment, DateTimeOffset now) =>
        new(name, url, environment, FeedState.Waiting, now, null, null, null, 0, 0, 0, "", 0, false);

    public bool IsFailing => State is not (FeedState.Answering or FeedState.Waiting);
}
