using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Health.Contracts;

/// <summary>How events name a source that the product asks: <c>health-source/&lt;name&gt;</c>.</summary>
public static class FeedSubject
{
    public const string Kind = "health-source";

    public static Subject Of(string name) => new(Kind, name);
}

/// <summary>A source gave nothing that can be counted, twice in a row.</summary>
/// <param name="State">What is the matter.</param>
/// <param name="Detail">One sentence.</param>
public sealed record HealthFeedFailed(string Source, string Environment, FeedState State, string Detail) : IHealthEvent
{
    public Subject Subject => FeedSubject.Of(Source);
}

/// <summary>It can be counted on again.</summary>
/// <param name="Since">When it last could.</param>
public sealed record HealthFeedRecovered(string Source, string Environment, DateTimeOffset? Since) : IHealthEvent
{
    public Subject Subject => FeedSubject.Of(Source);
}

public enum FeedState
{
    /// <summary>Not asked yet.</summary>
    Waiting,

    Answering,

    /// <summary>It answers, and nothing matches.</summary>
    Empty,

    /// <summary>It answers, and its newest samples are old.</summary>
    Stale,

    /// <summary>It answers with warnings: part of the data may be missing, so none is used.</summary>
    Degraded,

    /// <summary>What it says cannot be counted: not a number, several series where one is expected, a query that it does not take.</summary>
    Refused,

    /// <summary>No answer.</summary>
    Down,
}
