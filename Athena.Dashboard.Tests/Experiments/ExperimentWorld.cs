using Athena.Dashboard.Experiments;
using Athena.Dashboard.Experiments.Domain;
using Athena.Dashboard.Flags;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Tests.Flags;
using Athena.Dashboard.Tests.Infrastructure;
using Athena.Dashboard.Tests.Process;

namespace Athena.Dashboard.Tests.Experiments;

/// <summary>The slice's services beside those of flags over a real database, without a server.</summary>
internal sealed class ExperimentWorld : IDisposable
{
    private ExperimentWorld(FlagWorld flags)
    {
        Flags = flags;
        var process = new FixedProcessCatalog();
        Held = new FlagExperiments(new FlagExposureService(flags.Service), flags.Service, flags.Changes, flags.Queries, flags.Snapshots);
        Queries = new ExperimentQueries(flags.Store, flags.Clock);
        Service = new ExperimentService(flags.Store, Held, Queries, process);
        Outcomes = new ExperimentOutcomes(flags.Store, process);
        Follower = new ExperimentFollower(Queries, Service);
    }

    public FlagWorld Flags { get; }

    public IFlagExperiments Held { get; }

    public ExperimentQueries Queries { get; }

    public ExperimentService Service { get; }

    public ExperimentOutcomes Outcomes { get; }

    public ExperimentFollower Follower { get; }

    public Actor Manager => Flags.Manager;

    public static Actor Collector(string environment = "staging") => new(ActorKind.Key, Guid.Empty, "collector", [Permission.WriteHealth], [], environment);

    /// <summary>A flag that is on for half of the users in staging.</summary>
    public static async Task<ExperimentWorld> CreateAsync(DatabaseKind kind = DatabaseKind.Sqlite)
    {
        var world = new ExperimentWorld(await FlagWorld.CreateAsync(kind));
        await world.Flags.GivenFlagAsync(ExperimentSamples.Flag);
        await world.PutAsync(50);
        await world.Flags.SwitchAsync(on: true, ExperimentSamples.Flag, "staging");
        return world;
    }

    public Task<Outcome<FlagEnvironment>> TryPutAsync(decimal percentage, Actor? actor = null) => TryPutAsync(settings => settings with { Percentage = Percentage.From(percentage) }, actor);

    public Task<Outcome<FlagEnvironment>> TryPutAsync(Func<FlagSettings, FlagSettings> change, Actor? actor = null) => Flags.Service.MakeAsync(
        new FlagChange(ExperimentSamples.Flag, "staging", null, (setting, terms) => setting.Put(change(FlagSettings.Of(setting)), setting.Enabled, terms), (_, _, _, _) => Task.FromResult(Athena.Dashboard.Flags.Domain.TargetingScope.Boolean)),
        "because",
        new Consent("staging"),
        actor ?? Manager,
        CancellationToken.None);

    public async Task PutAsync(decimal percentage) => ExperimentSamples.Accepted(await TryPutAsync(percentage));

    public async Task<Experiment> PlanAsync(Func<ExperimentDescription, ExperimentDescription>? change = null) =>
        ExperimentSamples.Accepted(await Service.CreateAsync((change ?? (given => given))(ExperimentSamples.Description()), Manager, CancellationToken.None));

    public async Task<Experiment> StartAsync()
    {
        var planned = await PlanAsync();
        return ExperimentSamples.Accepted(await Service.StartAsync(planned.Key, planned.Version, Manager, CancellationToken.None));
    }

    public Task<Outcome<TakenOutcomes>> ReportAsync(string batchId, long users, long off, long on, Actor? actor = null) => Outcomes.TakeAsync(
        ExperimentSamples.Key,
        new OutcomeBatch(batchId, Flags.Clock.GetUtcNow(), Flags.Clock.GetUtcNow().AddMinutes(1), [
            ExperimentSamples.Users("off", users, ("conversion", ExperimentSamples.Did(users, off))),
            ExperimentSamples.Users("on", users, ("conversion", ExperimentSamples.Did(users, on)))]),
        actor ?? Collector(),
        CancellationToken.None);

    public async Task<Experiment> FindAsync() => (await Queries.FindAsync(ExperimentSamples.Key, CancellationToken.None)).ShouldNotBeNull();

    /// <summary>Hands the follower every event, as its worker does.</summary>
    public async Task FollowAsync()
    {
        foreach (var row in await Flags.EventsAsync())
        {
            var envelope = new Athena.Dashboard.Platform.Events.EventEnvelope(row);
            if (Follower.Concerns(envelope)) await Follower.HandleAsync(envelope, CancellationToken.None);
        }
    }

    /// <summary>What the worker does at each look.</summary>
    public async Task LookAsync()
    {
        foreach (var due in await Queries.DueAsync(Flags.Clock.GetUtcNow(), CancellationToken.None))
        {
            if (due.Holds && due.State != ExperimentState.Running) await Service.FinishAsync(due, CancellationToken.None);
            else await Service.FollowPlanAsync(due, CancellationToken.None);
        }
    }

    public async Task<FlagAllocation> FlagAsync() => (await Held.FindAsync(ExperimentSamples.Flag, "staging", CancellationToken.None)).ShouldNotBeNull();

    public void Dispose() => Flags.Dispose();
}
