using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Platform;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Tests.Infrastructure;
using Athena.Dashboard.Tests.Process;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Tests.Rollouts;

/// <summary>This slice with its workers over a real database, in a world of stand-ins.</summary>
internal sealed class RolloutServer : IAsyncDisposable
{
    public static readonly Actor Manager = RolloutBuilder.Person(Role.ReleaseManager);

    private readonly IHost host;

    private RolloutServer(IHost host, RolloutWorld world)
    {
        this.host = host;
        World = world;
    }

    public RolloutWorld World { get; }

    public RolloutService Service => Get<RolloutService>();

    public RolloutQueries Queries => Get<RolloutQueries>();

    public T Get<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    public static async Task<RolloutServer> StartAsync(TestDatabase database, RolloutWorld world)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders();
        var services = builder.Services;
        services.AddSingleton<TimeProvider>(world.Clock);
        services.AddPlatform();
        services.AddSingleton(Options.Create(database.Options));
        services.AddRollouts();
        // In real time, and nobody waits for this machine: a rehearsal is to have all of its runs.
        services.Configure<RolloutOptions>(options => options.RehearsalSeconds = 3600);
        services.AddSingleton<IFlagExposure>(world);
        services.AddSingleton<IFlagLookup>(world);
        services.AddSingleton<IExposedUsers>(world);
        services.AddSingleton<IHealthJudge>(world);
        services.AddSingleton<IHealthSources>(world);
        services.AddSingleton<HealthSuspicions>();
        services.AddSingleton<IHealthBench, HealthBench>();
        services.AddSingleton<IHealthRecordings>(world);
        services.AddSingleton<IGateVerdicts>(world);
        services.AddSingleton<IReleaseLookup>(world);
        services.AddSingleton<IReleaseProgress>(world);
        services.AddSingleton<IProcessCatalog>(new FixedProcessCatalog());
        services.AddSingleton<IRolloutPlanReader, RolloutPlanReader>();
        var host = builder.Build();
        await host.StartAsync();
        return new RolloutServer(host, world);
    }

    /// <summary>Plans and starts, and waits until the flag serves the first stage.</summary>
    public async Task<Guid> BeginAsync(string plan = RolloutBuilder.ShortPlan)
    {
        var planned = (await Service.PlanAsync(new RolloutRequest("1.2.0", "production", null, plan), Manager, default)).Value;
        (await Service.StartAsync(planned.Id, planned.Version, null, Manager, default)).IsAccepted.ShouldBeTrue();
        await Wait.UntilAsync(async () => (await LoadAsync(planned.Id)).Applied);
        return planned.Id;
    }

    public Task<Rollout> LoadAsync(Guid id) =>
        Get<Store>().ReadAsync((db, token) => db.Set<Rollout>().FirstAsync(row => row.Id == id, token), default);

    /// <summary>Reads without a server, for what one left behind.</summary>
    public async Task<Rollout> LoadOverAsync(TestDatabase database, Guid id)
    {
        await using var db = new Contexts(Options.Create(database.Options)).CreateDbContext();
        return await db.Set<Rollout>().AsNoTracking().FirstAsync(row => row.Id == id);
    }

    public Task<List<string>> EventsAsync() =>
        Get<Store>().ReadAsync((db, token) => db.Set<EventRow>().OrderBy(row => row.Sequence).Select(row => row.Type).ToListAsync(token), default);

    /// <summary>Lets time pass in small steps until something is true.</summary>
    public async Task RunUntilAsync(Guid id, Func<Rollout, bool> condition, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string text = "") =>
        await Wait.UntilAsync(
            async () =>
            {
                if (condition(await LoadAsync(id))) return true;
                World.Clock.Advance(TimeSpan.FromSeconds(2));
                return false;
            },
            text: text);

    /// <summary>Writes an event of another slice, as that slice would.</summary>
    public Task TellAsync(IDomainEvent happened) =>
        Get<Store>().WriteAsync<Done>(
            Manager,
            (write, _) =>
            {
                write.Append(happened);
                return Task.FromResult<Outcome<Done>>(Done.Yes);
            },
            default);

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }
}
