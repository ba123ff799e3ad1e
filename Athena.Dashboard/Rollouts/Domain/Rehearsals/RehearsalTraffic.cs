using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Rollouts.Domain.Rehearsals;

/// <summary>What two arms report minute by minute. Everything random comes from the draws that it is given.</summary>
public interface IRehearsalTraffic
{
    /// <param name="minute">The number of the minute since the rehearsed rollout began; a part of one where looks are closer.</param>
    /// <param name="share">Of users who have the feature, 0 to 1.</param>
    /// <param name="harm">What the feature does to them; null for nothing.</param>
    (ArmReport Exposed, ArmReport? Control) Next(Moment minute, double share, RehearsalHarm? harm, Draws draws);
}

/// <param name="Minute">Whole minutes since the beginning.</param>
/// <param name="Length">Of the report in minutes, at most 1.</param>
/// <param name="Seed">Of the run: which recorded hours it lives through.</param>
public readonly record struct Moment(int Minute, double Length, int Seed)
{
    public const int Day = 24 * 60;
}

/// <summary>Harm that a feature might do.</summary>
/// <param name="Errors">Error rate of those who have it, times this.</param>
/// <param name="Latency">Their response times, times this.</param>
public sealed record RehearsalHarm(string Key, string Title, double Errors, double Latency)
{
    public static readonly RehearsalHarm[] OfErrors =
    [
        new("errors2", "Twice the errors", 2, 1),
        new("errors3", "Three times the errors", 3, 1),
        new("errors5", "Five times the errors", 5, 1),
    ];

    public static readonly RehearsalHarm[] OfResponses =
    [
        new("slower20", "Responses 20 % slower", 1, 1.2),
        new("slower50", "Responses 50 % slower", 1, 1.5),
    ];
}
