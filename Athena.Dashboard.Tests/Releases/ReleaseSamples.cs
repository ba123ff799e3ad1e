using System.Collections.Immutable;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Releases.Domain;
using Athena.Dashboard.Tests.Gates;
using Athena.Dashboard.Tests.Process;

namespace Athena.Dashboard.Tests.Releases;

internal static class ReleaseSamples
{
    public static readonly DateTimeOffset Now = GateSamples.Now;

    public static readonly ProcessVersion DefaultVersion = new FixedProcessCatalog().Current;

    public static readonly Actor Manager = GateSamples.Person("Manager", Role.ReleaseManager);

    public static readonly GateVerdict Passed = new(true, []);

    public static readonly GateVerdict OneOpen = new(false, [new("development", "Development Gates", "security-scan", "Security scan shows no critical issues", GateItemState.Open, ["Engineering Lead"], Now, null)]);

    public static ReleasePlan Plan(string? type = "minor", string? version = "1.2.0") => new(
        type, version, "Enhanced Database Views", new DateOnly(2025, 8, 29), "Europe/Berlin", new ReleaseOwner(Manager.Id, Manager.Name), "Users find rows in large databases", []);

    public static Release Release(ReleaseState state = ReleaseState.Planned) =>
        ReleaseDecisions.Plan(Plan(), DefaultVersion, [], [], Manager, Now).Value.State with { State = state };

    public static ImmutableArray<RolloutOfRelease> Rollout(bool underWay) =>
        [new RolloutOfRelease("1.2.0", GateSamples.IdOf("rollout"), "database-views-v2 in production", underWay ? "running" : "completed", 10, underWay)];
}
