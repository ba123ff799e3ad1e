using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Athena.Dashboard.Flags;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Health;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Tests.Infrastructure;
using Athena.Dashboard.Tests.Releases;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Tests.Rollouts;

/// <summary>The whole product with a release, a flag and an application that reports, on a clock that moves when told.</summary>
internal sealed class RolloutProduct : IAsyncDisposable
{
    public const string Flag = "database-views-v2";

    // A second of real time for each step, should the look wait for the time to move on.
    private const int MostWaits = 50;
    private static readonly TimeSpan TwoTicks = TimeSpan.FromSeconds(20);
    private static readonly Actor Application = Actor.System("application") with { Kind = ActorKind.Key, Environment = "production" };
    private readonly TestDatabase database;
    private readonly ReleaseServer server;
    private readonly List<AthenaServer> nodes;
    private int batches;
    private long releaseVersion;

    private RolloutProduct(TestDatabase database, AthenaServer server, FakeClock clock)
    {
        this.database = database;
        this.server = new ReleaseServer(server);
        nodes = [server];
        Clock = clock;
    }

    public ReleaseServer Server => server;

    public FakeClock Clock { get; }

    /// <summary>Of the 1,000 requests of those without the feature in each report.</summary>
    public int ControlErrors { get; set; } = 1;

    /// <summary>Between two reports of the application, and so how far time goes in one step.</summary>
    public TimeSpan Interval { get; private init; }

    public Actor Manager { get; private set; } = RolloutBuilder.Person(Role.ReleaseManager);

    /// <param name="interval">Null for two seconds.</param>
    public static async Task<RolloutProduct> StartAsync(TestDatabase database, FakeClock? clock = null, TimeSpan? interval = null, Action<WebApplicationBuilder>? configure = null)
    {
        clock ??= new FakeClock();
        return new RolloutProduct(database, await StartNodeAsync(database, clock, configure), clock) { Interval = interval ?? TimeSpan.FromSeconds(2) };
    }

    /// <summary>All servers on the database; the first one leads.</summary>
    public IReadOnlyList<AthenaServer> Nodes => nodes;

    public async Task AddNodeAsync() => nodes.Add(await StartNodeAsync(database, Clock));

    private static async Task<AthenaServer> StartNodeAsync(TestDatabase database, FakeClock clock, Action<WebApplicationBuilder>? configure = null)
    {
        var node = await AthenaServer.StartAsync(database, clock, configure);
        // What a database that is only slow has not stored in time would not count, and the same test would count otherwise.
        node.Get<RolloutTicker>().LongestStoring = Wait.Patience;
        return node;
    }

    /// <summary>A release at the door of rolling out, and its flag.</summary>
    public async Task PrepareAsync()
    {
        Manager = await server.PersonAsync("Manager", Role.ReleaseManager);
        var release = await server.GivenReleaseAsync(Manager);
        await server.PassAsync(Manager, "1.2.0", "pre-development", "development", "pre-release", "production");
        foreach (var state in (ReleaseState[])[ReleaseState.InDevelopment, ReleaseState.InQa, ReleaseState.InPreparation])
            release = (await server.Get<ReleaseService>().TransitionAsync("1.2.0", release.Version, state, null, Manager, default)).Value;
        releaseVersion = release.Version;
        (await server.Get<FlagService>().CreateAsync(new FlagDescription(Flag, "Database views", FlagKind.Release, ReleaseId: "1.2.0"), Manager, default)).IsAccepted.ShouldBeTrue();
    }

    /// <summary>Plans over HTTP, then takes the release to rolling out, which starts the rollout.</summary>
    public async Task<Guid> BeginAsync(string plan = RolloutBuilder.ShortPlan)
    {
        var response = await PlanAsync(plan);
        response.EnsureSuccessStatusCode();
        var id = (await response.JsonAsync()).GetProperty("id").GetGuid();
        var moved = await server.Get<ReleaseService>().TransitionAsync("1.2.0", releaseVersion, ReleaseState.RollingOut, null, Manager, default);
        moved.Refusal.ShouldBeNull();
        await Wait.UntilAsync(async () => (await LoadAsync(id)).Applied);
        return id;
    }

    public Task<HttpResponseMessage> PlanAsync(string yaml) =>
        server.ClientOf(Manager).PostAsync("/api/rollouts?release=1.2.0&environment=production", new StringContent(yaml, Encoding.UTF8, "application/yaml"));

    /// <summary>One report of the application over its last interval, to the first node.</summary>
    public Task ReportAsync(Guid id, int exposedErrors = 0) => ReportAsync(id, exposedErrors, nodes[0]);

    /// <summary>The same report to each of some nodes.</summary>
    public async Task ReportAsync(Guid id, int exposedErrors, params IReadOnlyCollection<AthenaServer> to)
    {
        var now = Clock.GetUtcNow();
        var json = JsonSerializer.SerializeToUtf8Bytes(new
        {
            batchId = FormattableString.Invariant($"batch-{++batches}-{now.Ticks}"),
            instance = "api-1",
            from = now - Interval,
            to = now,
            rolloutId = id,
            arms = new { exposed = new { requests = 1000, errors = exposedErrors }, control = new { requests = 1000, errors = ControlErrors } },
        });
        foreach (var node in to) (await node.Get<HealthIngest>().TakeAsync(json, Application, default)).Refusal.ShouldBeNull();
    }

    /// <summary>
    /// Time passes in steps of the interval, with a report in each unless the application is silent; no faster than the
    /// server can look, or how much is reported between two looks would depend on how busy the machine is.
    /// </summary>
    public async Task RunUntilAsync(Guid id, Func<Rollout, bool> condition, int? exposedErrors = 0, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string text = "")
    {
        var waited = 0;
        await Wait.UntilAsync(
            async () =>
            {
                var rollout = await LoadAsync(id);
                if (condition(rollout)) return true;
                if (IsBehind(rollout) && ++waited < MostWaits) return false;
                waited = 0;
                Clock.Advance(Interval);
                if (exposedErrors is { } errors) await ReportAsync(id, errors);
                return false;
            },
            // Real time: what it takes depends on how busy the machine is.
            TimeSpan.FromMinutes(5),
            text);
    }

    private bool IsBehind(Rollout rollout) =>
        rollout.IsJudged && !(nodes[0].Get<HealthMeters>().Find(rollout.Id)?.Judge.Look?.At >= Clock.GetUtcNow() - Interval - TwoTicks);

    public Task<Rollout> LoadAsync(Guid id) =>
        server.Get<Store>().ReadAsync((db, token) => db.Set<Rollout>().FirstAsync(row => row.Id == id, token), default);

    public async Task<FlagExposure> ExposureAsync() => (await server.Get<IFlagLookup>().FindAsync(Flag, default))!.In("production")!;

    public async Task<ReleaseState> ReleaseAsync() => (await server.Get<IReleaseLookup>().FindAsync("1.2.0", default))!.State;

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes) await node.DisposeAsync();
    }
}
