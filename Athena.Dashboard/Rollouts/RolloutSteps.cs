using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;

namespace Athena.Dashboard.Rollouts;

/// <summary>Before everything else: nobody gets the feature any more. An emergency switches the flag off as well.</summary>
internal sealed class FlagRollbackStep(IFlagExposure flags) : IRollbackStep
{
    public const string StepName = "flag-exposure";

    public string Name => StepName;

    public string Title => "Take the flag's exposure to zero";

    public int Order => 0;

    public async Task<Outcome<string>> ExecuteAsync(Guid operationId, Rollback rollback, CancellationToken cancellationToken)
    {
        var (rollout, actor) = (rollback.Rollout, Actor.System(RolloutTick.Engine));
        if (rollback.Action == RuleAction.Emergency)
        {
            var off = await flags.SwitchOffAsync(Part(operationId, 1), rollout.FlagKey, rollout.Environment, rollback.Reason, actor, cancellationToken);
            if (off.Refusal is { } refused) return refused;
        }

        var zero = await flags.SetAsync(
            operationId, rollout.FlagKey, rollout.Environment, rollout.Id, Percentage.Zero, [], rollback.Reason, actor, cancellationToken);
        if (zero.Refusal is { } refusal) return refusal;
        await flags.ReleaseAsync(Part(operationId, 2), rollout.FlagKey, rollout.Environment, rollout.Id, actor, cancellationToken);
        return rollback.Action == RuleAction.Emergency ? "Switched off, exposure 0 %." : "Exposure 0 %; the flag stays enabled.";
    }

    // Each call of one step needs an id of its own, the same one after a restart.
    private static Guid Part(Guid operationId, byte number)
    {
        var bytes = operationId.ToByteArray();
        bytes[15] ^= number;
        return new Guid(bytes);
    }
}

/// <summary>One rollback in production makes the release rolled back.</summary>
internal sealed class ReleaseRollbackStep(IReleaseProgress releases) : IRollbackStep
{
    public string Name => "release-state";

    public string Title => "Mark the release as rolled back";

    public int Order => 100;

    public async Task<Outcome<string>> ExecuteAsync(Guid operationId, Rollback rollback, CancellationToken cancellationToken)
    {
        var rollout = rollback.Rollout;
        if (!rollout.IsProduction) return $"Not touched: {rollout.Environment} is not production.";
        var outcome = await releases.RollBackAsync(operationId, rollout.Release, rollback.Reason, Actor.System(RolloutTick.Engine), cancellationToken);
        return outcome.Then<string>(release => $"Release {release.Version} is rolled back.");
    }
}
