using System.ComponentModel.DataAnnotations;

namespace Athena.Dashboard.Rollouts;

/// <summary>How closely rollouts are watched; section <c>Athena:Rollouts</c>.</summary>
public sealed class RolloutOptions
{
    public const string Section = "Athena:Rollouts";

    /// <summary>
    /// Seconds between two looks at a running rollout, 1 to 60, default 10. Plans with stages of seconds are looked at
    /// ten times in their shortest stage.
    /// </summary>
    [Range(1, 60)]
    public int TickSeconds { get; set; } = 10;

    /// <summary>Seconds that a gradual rollback stays at each step on its way back. 1 to 3,600, default 60.</summary>
    [Range(1, 3600)]
    public int GradualSeconds { get; set; } = 60;

    /// <summary>
    /// Seconds that one rehearsal of a plan may take on one core, 5 to 3,600, default 120. What was done until then is its
    /// result.
    /// </summary>
    [Range(5, 3600)]
    public int RehearsalSeconds { get; set; } = 120;

    public TimeSpan LongestRehearsal => TimeSpan.FromSeconds(RehearsalSeconds);

    public TimeSpan LongestTick => TimeSpan.FromSeconds(TickSeconds);
}
