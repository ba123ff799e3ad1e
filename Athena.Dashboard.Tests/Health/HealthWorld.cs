using System.Text;
using Athena.Dashboard.Health;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Tests.Health;

/// <summary>The slice's services over a real database, without a server and without workers that run by themselves.</summary>
internal sealed class HealthWorld : IDisposable
{
    private static readonly Actor Key = new(ActorKind.Key, Guid.Empty, "collector", [Permission.WriteHealth], [], "production");

    private readonly TestDatabase database;
    private readonly EventBell bell = new();
    private readonly bool ownsDatabase;

    private HealthWorld(TestDatabase database, bool ownsDatabase, FakeClock clock, HealthOptions options)
    {
        this.database = database;
        this.ownsDatabase = ownsDatabase;
        Clock = clock;
        var storage = Options.Create(database.Options);
        var health = Options.Create(options);
        var process = new Process.FixedProcessCatalog();
        Contexts = new Contexts(storage);
        Store = new Store(Contexts, bell, clock);
        Meters = new HealthMeters(health);
        Backlog = new HealthBacklog();
        Node = new HealthNode(clock);
        Ingest = new HealthIngest(Meters, Backlog, Suspicions, new OneRollout(), process, health, clock);
        Writer = new HealthWriter(Meters, Backlog, Node, Contexts, health, storage, clock, NullLogger<HealthWriter>.Instance);
        Recorder = new HealthRecorder(Store, NullLogger<HealthRecorder>.Instance);
        Judge = new HealthJudge(Meters, Recorder, Writer, process);
        Queries = new HealthQueries(Store, Meters, Options.Create(new PrometheusOptions()), Options.Create(new OpenTelemetryOptions()), clock);
        Loader = new HealthLoader(Meters, Node, Contexts, clock, NullLogger<HealthLoader>.Instance);
        Follower = new HealthFollower(
            Meters, Node, Loader, Writer, Suspicions, Store, new DatabaseNotices(storage, NullLogger<DatabaseNotices>.Instance), storage, clock, NullLogger<HealthFollower>.Instance);
        Folder = new HealthFolder(Writer, Contexts, new Leases(storage, NullLogger<Leases>.Instance), clock, NullLogger<HealthFolder>.Instance);
        Retention = new HealthRetention(Meters, Contexts, new Leases(storage, NullLogger<Leases>.Instance), clock, NullLogger<HealthRetention>.Instance);
    }

    public FakeClock Clock { get; }

    public Contexts Contexts { get; }

    public Store Store { get; }

    public HealthMeters Meters { get; }

    public HealthBacklog Backlog { get; }

    public HealthSuspicions Suspicions { get; } = new();

    public HealthNode Node { get; }

    public HealthLoader Loader { get; }

    public HealthFollower Follower { get; }

    public HealthIngest Ingest { get; }

    public HealthWriter Writer { get; }

    public HealthFolder Folder { get; }

    public HealthRecorder Recorder { get; }

    public HealthJudge Judge { get; }

    public HealthQueries Queries { get; }

    public HealthRetention Retention { get; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    public static async Task<HealthWorld> CreateAsync(DatabaseKind kind, HealthOptions? options = null) =>
        new(await TestDatabase.CreateAsync(kind), true, new FakeClock(HealthBuilders.Noon), options ?? new HealthOptions());

    /// <summary>The same database after a kill: nothing but what is stored is known. Or another node beside this one.</summary>
    public async Task<HealthWorld> RestartedAsync()
    {
        var next = new HealthWorld(database, false, Clock, new HealthOptions());
        await next.Loader.RunAsync(CancellationToken.None);
        return next;
    }

    /// <summary>Reports what ended <paramref name="ago"/> seconds before now.</summary>
    public async Task<Outcome<BatchTaken>> ReportAsync(string id, long requests, long errors = 0, double ago = 0, double seconds = 1, long control = 0, string instance = "one")
    {
        var to = Now.AddSeconds(-ago);
        var json = FormattableString.Invariant($$"""
            { "batchId": "{{id}}", "instance": "{{instance}}", "from": "{{to.AddSeconds(-seconds):O}}", "to": "{{to:O}}", "flag": "database-views-v2",
              "arms": { "exposed": { "requests": {{requests}}, "errors": {{errors}}, "latency": { "sumMs": {{requests * 100}}, "buckets": [{ "leMs": 100, "count": {{requests}} }] } },
                        "control": { "requests": {{control}} } } }
            """);
        return await Ingest.TakeAsync(Encoding.UTF8.GetBytes(json), Key, CancellationToken.None);
    }

    public Measured Measure(double seconds)
    {
        var meter = Meters.Find(HealthBuilders.Rollout.RolloutId)!;
        return meter.Measure(Now.AddSeconds(-seconds), Now, Now);
    }

    public async Task SqlAsync(string sql)
    {
        await using var db = Contexts.CreateDbContext();
#pragma warning disable EF1002 // Constants of tests.
        await db.Database.ExecuteSqlRawAsync(sql);
#pragma warning restore EF1002
    }

    public void Dispose()
    {
        Follower.Dispose();
        Writer.Dispose();
        Recorder.Dispose();
        Retention.Dispose();
        Contexts.Dispose();
        bell.Dispose();
        if (ownsDatabase) database.Dispose();
    }
}

/// <summary>Knows the one rollout of <see cref="HealthBuilders"/>.</summary>
internal sealed class OneRollout : IRolloutDirectory
{
    public ValueTask<MeasuredRollout?> FindAsync(Guid rolloutId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(rolloutId == HealthBuilders.Rollout.RolloutId ? HealthBuilders.Rollout : null);

    public ValueTask<MeasuredRollout?> FindByFlagAsync(string environment, string flagKey, CancellationToken cancellationToken) =>
        ValueTask.FromResult(flagKey == HealthBuilders.Rollout.FlagKey && environment == HealthBuilders.Rollout.Environment ? HealthBuilders.Rollout : null);
}
