namespace Athena.Dashboard.Health.Contracts;

/// <summary>Judged by evidence that stays valid however often one looks, instead of a figure over a window.</summary>
/// <param name="Level">
/// <see cref="SequentialKind.AgainstControl"/>: relative harm that is put up with, 0.05 for 5 % more errors.
/// <see cref="SequentialKind.AgainstLimit"/>: the rate that should not be exceeded, between 0 and 1.
/// </param>
/// <param name="Alpha">The test's share of the rollout's error budget; harm is evidence of 1/alpha. Between 0 and 1.</param>
public sealed record SequentialTest(SequentialKind Kind, double Level, double Alpha)
{
    /// <summary>
    /// Response times above this many milliseconds are what is counted, of all response times; null counts what the
    /// rule's metric is a ratio of.
    /// </summary>
    public double? Above { get; init; }

    /// <summary>A stage does not end while this is undecided.</summary>
    public bool IsRequired { get; init; }
}

public enum SequentialKind
{
    /// <summary>The exposed against the control, over the whole rollout, wherever exposure is by percentage.</summary>
    AgainstControl,

    /// <summary>The exposed against a rate, over the present stage.</summary>
    AgainstLimit,
}

/// <summary>What a sequential rule has gathered. Logarithms are natural; evidence itself can leave the range of a double.</summary>
/// <param name="LogHarm">Evidence of harm, as if nothing else had been looked at: 0 is none.</param>
/// <param name="LogHarmLimit">Log of 1/alpha: from here on it is bad.</param>
/// <param name="LogGood">Evidence of being better than the limit; null where that is not asked.</param>
/// <param name="LogGoodLimit">From here on it is good.</param>
/// <param name="NeededMore">
/// Exposed requests without harm until the rule says good, or, against a control, until a threefold error rate would
/// have been found; 0 when there are enough, null when it cannot be told.
/// </param>
/// <param name="NeededTime">How long those take at present traffic; null without traffic.</param>
/// <param name="Counts">Of the present stage.</param>
/// <param name="BadSince">When the limit was first crossed; it stays.</param>
public sealed record EvidenceReading(
    double LogHarm,
    double LogHarmLimit,
    double? LogGood,
    double LogGoodLimit,
    long? NeededMore,
    TimeSpan? NeededTime,
    ArmCounts Counts,
    DateTimeOffset? BadSince);

/// <summary>Requests and how many of them failed, by arm; or response times and how many were too long.</summary>
public readonly record struct ArmCounts(long ExposedRequests, long ExposedErrors, long ControlRequests, long ControlErrors)
{
    public static ArmCounts operator +(ArmCounts one, ArmCounts other) => new(
        one.ExposedRequests + other.ExposedRequests,
        one.ExposedErrors + other.ExposedErrors,
        one.ControlRequests + other.ControlRequests,
        one.ControlErrors + other.ControlErrors);
}
