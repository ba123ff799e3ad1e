using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Rollouts;

/// <inheritdoc cref="IRolloutDrills"/>
internal sealed class RolloutDrills(RolloutService service, RolloutQueries queries) : IRolloutDrills
{
    public async Task<Outcome<Guid>> PlanAsync(string release, string environment, string plan, Actor actor, CancellationToken cancellationToken) =>
        (await service.PlanAsync(new RolloutRequest(release, environment, null, plan), actor, cancellationToken)).Then<Guid>(rollout => rollout.Id);

    public async Task<Outcome<Done>> StartAsync(Guid id, string reason, Actor actor, CancellationToken cancellationToken) =>
        (await service.StartAsync(id, null, reason, actor, cancellationToken)).Then<Done>(_ => Done.Yes);

    public async Task<Outcome<Done>> EndAsync(string flagKey, string environment, string reason, Actor actor, CancellationToken cancellationToken)
    {
        if (await queries.FindActiveAsync(flagKey, environment, cancellationToken) is not { } rollout || rollout.State == RolloutState.RollingBack) return Done.Yes;
        var ended = rollout.State == RolloutState.Planned
            ? await service.CallOffAsync(rollout.Id, null, reason, actor, cancellationToken)
            : await service.RollBackAsync(rollout.Id, reason, actor, cancellationToken);
        return ended.Then<Done>(_ => Done.Yes);
    }
}
