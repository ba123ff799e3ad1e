using Athena.Dashboard.Flags;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Tests.Flags;

/// <summary>The slice's services over a real database, without a server.</summary>
internal sealed class FlagWorld : IDisposable
{
    private readonly TestDatabase database;
    private readonly EventBell bell = new();

    private FlagWorld(TestDatabase database, IProcessCatalog process)
    {
        this.database = database;
        var options = Options.Create(database.Options);
        Contexts = new Contexts(options);
        Store = new Store(Contexts, bell, Clock);
        Snapshots = new FlagSnapshots(Store, process);
        Service = new FlagService(Store, Snapshots, process);
        Exposure = new FlagExposureService(Service);
        Queries = new FlagQueries(Store, process);
        Definitions = new FlagDefinitionService(Store, Snapshots, process);
        Segments = new SegmentService(Store, Snapshots, process);
        Changes = new ChangeRequestService(Store, Service, Definitions, Segments, process);
        Requests = new ChangeRequestQueries(Store, process);
        Queue = new QueuedChangeService(Store, Service, process);
        Calendar = new FlagCalendar(Store);
    }

    public FakeClock Clock { get; } = new(FlagSamples.Now);

    public Contexts Contexts { get; }

    public Store Store { get; }

    public FlagSnapshots Snapshots { get; }

    public FlagService Service { get; }

    public IFlagExposure Exposure { get; }

    public FlagQueries Queries { get; }

    public FlagDefinitionService Definitions { get; }

    public SegmentService Segments { get; }

    public ChangeRequestService Changes { get; }

    public ChangeRequestQueries Requests { get; }

    public QueuedChangeService Queue { get; }

    public FlagCalendar Calendar { get; }

    public Actor Manager { get; } = FlagSamples.Person(Role.ReleaseManager);

    public static async Task<FlagWorld> CreateAsync(DatabaseKind kind, IProcessCatalog? process = null) =>
        new(await TestDatabase.CreateAsync(kind), process ?? new Process.FixedProcessCatalog());

    /// <summary>A second node over the same database.</summary>
    public FlagWorld Neighbour() => new(database, new Process.FixedProcessCatalog());

    /// <summary>What one process would notice of evaluations.</summary>
    public FlagEvaluations Evaluations() => new(Snapshots, Store, Contexts, Clock, NullLogger<FlagEvaluations>.Instance);

    public async Task<Flag> GivenFlagAsync(string key = FlagSamples.Key) =>
        (await Service.CreateAsync(new FlagDescription(key, "Database views", FlagKind.Release, ReleaseId: "1.2.0"), Manager, CancellationToken.None)).Accepted();

    public async Task<FlagEnvironment> SwitchAsync(bool on, string key = FlagSamples.Key, string environment = "production") =>
        (await Service.SwitchAsync(key, environment, on, null, "because", new Consent(environment, Override: true), Manager, CancellationToken.None)).Accepted();

    public Task<List<EventRow>> EventsAsync() =>
        Store.ReadAsync((db, token) => db.Set<EventRow>().OrderBy(row => row.Sequence).ToListAsync(token), CancellationToken.None);

    public void Dispose()
    {
        Contexts.Dispose();
        bell.Dispose();
        database.Dispose();
    }
}
