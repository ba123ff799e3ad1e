using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Rollouts.Domain.Rehearsals;

/// <summary>
/// How closely a rehearsal looks. Reports come once a minute, or ten times in the shortest stage where that is closer.
/// In a long stage a report is looked at when a rule over a window could find something in it, and otherwise every few
/// minutes: evidence is weighed minute by minute whenever it is looked at.
/// </summary>
public sealed class RehearsalPace
{
    private const int MostLooks = 1000;

    private const int MostBetween = 10;

    private const int MostBetweenHarmed = 5;

    /// <summary>Reports after the beginning of a step, or of harm, that are all looked at.</summary>
    private static readonly TimeSpan Closely = TimeSpan.FromHours(2);

    /// <summary>Harm is watched for so long, or until its step is over.</summary>
    public static readonly TimeSpan Watched = TimeSpan.FromDays(1);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public RehearsalPace(RolloutTerms terms)
        : this(terms.Tick(Minute))
    {
    }

    private RehearsalPace(TimeSpan tick) => Tick = tick;

    /// <summary>For what was counted by the minute.</summary>
    public static RehearsalPace OfMinutes { get; } = new(Minute);

    /// <summary>Between two reports.</summary>
    public TimeSpan Tick { get; }

    /// <summary>Reports between two looks.</summary>
    public int Between(RolloutStep step, TimeSpan inStep, bool isHarmed) =>
        inStep <= (isHarmed ? Closely : Tick * MostBetween) ? 1 : Math.Clamp((int)(step.Duration / Tick / MostLooks), 1, isHarmed ? MostBetweenHarmed : MostBetween);

    /// <summary>How long a step is waited for before somebody decides by hand: as long again as it is meant to take.</summary>
    public static TimeSpan Longest(RolloutStep step) => step.Duration * 2;
}
