using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Rollouts.Contracts;

/// <summary>How events, audit and hub groups name a rollout: <c>rollout/&lt;id&gt;</c>.</summary>
public static class RolloutSubject
{
    public const string Kind = "rollout";

    public static Subject Of(Guid id) => new(Kind, id.ToString());
}
