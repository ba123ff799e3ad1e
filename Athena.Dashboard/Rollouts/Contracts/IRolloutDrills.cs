using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Rollouts.Contracts;

/// <summary>Rollouts for drills: planned, started and ended as by people, with the same checks.</summary>
public interface IRolloutDrills
{
    /// <param name="plan">YAML or JSON as the process writes plans; it names the flag.</param>
    /// <returns>The rollout's id.</returns>
    Task<Outcome<Guid>> PlanAsync(string release, string environment, string plan, Actor actor, CancellationToken cancellationToken);

    Task<Outcome<Done>> StartAsync(Guid id, string reason, Actor actor, CancellationToken cancellationToken);

    /// <summary>Calls off or takes back what a flag has in an environment; nothing where it has nothing. Its end may follow a moment later.</summary>
    Task<Outcome<Done>> EndAsync(string flagKey, string environment, string reason, Actor actor, CancellationToken cancellationToken);
}
