using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;

namespace Athena.Dashboard.Rollouts;

internal sealed class RolloutTrigger(RolloutQueries queries, RolloutService service, TimeProvider clock) : IRolloutTrigger
{
    private static readonly Actor Engine = Actor.System(RolloutTick.Engine);

    public async Task<Outcome<string>> FireAsync(string environment, string flagKey, RuleAction action, string reason, CancellationToken cancellationToken)
    {
        if (await queries.FindActiveAsync(flagKey, environment, cancellationToken) is not { } rollout || !rollout.State.IsInStage())
            return Refusal.NotFound("rollout in a stage of", $"{flagKey} in {environment}");
        var why = reason.Length <= RolloutCommands.LongestReason ? reason : reason[..RolloutCommands.LongestReason];
        var outcome = action <= RuleAction.Hold
            ? await service.InterruptAsync(rollout.Id, why, clock.GetUtcNow(), Engine, cancellationToken)
            : await service.RollBackAsync(rollout.Id, action, why, Engine, cancellationToken);
        return outcome.Then<string>(_ => action <= RuleAction.Hold ? $"{rollout.FlagKey} in {environment} is paused." : $"{rollout.FlagKey} in {environment} is taken back.");
    }
}
