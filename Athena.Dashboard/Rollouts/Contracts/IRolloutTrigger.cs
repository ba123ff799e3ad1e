using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Rollouts.Contracts;

/// <summary>Something outside found harm that the rollout's own rules do not see.</summary>
public interface IRolloutTrigger
{
    /// <summary>Holds or takes back the rollout that a flag has in an environment. It only ever lowers exposure, so doing it twice is doing it once.</summary>
    /// <param name="action"><see cref="RuleAction.Hold"/> pauses; anything more drastic rolls back.</param>
    /// <returns>What was done; refused with <c>not_found</c> when there is nothing to take back.</returns>
    Task<Outcome<string>> FireAsync(string environment, string flagKey, RuleAction action, string reason, CancellationToken cancellationToken);
}
