using Athena.Dashboard.Flags;
using Athena.Dashboard.Flags.Pages;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags.Pages;

/// <summary>Pages of flags over the slice's real services and a real database.</summary>
public abstract class FlagComponentTest : ComponentTest
{
    private protected static readonly CancellationToken None = CancellationToken.None;

    private protected async Task<FlagWorld> ArrangeAsync(Role role, IProcessCatalog? process = null)
    {
        process ??= new Process.FixedProcessCatalog();
        var world = await FlagWorld.CreateAsync(DatabaseKind.Sqlite, process);
        await world.GivenFlagAsync();
        Services.AddSingleton(world.Queries).AddSingleton(world.Service).AddSingleton(world.Snapshots).AddSingleton(new SegmentQueries(world.Store));
        Services.AddSingleton(new FlagPast(world.Store, process)).AddSingleton(world.Segments);
        Services.AddSingleton(world.Definitions).AddSingleton(world.Changes).AddSingleton(world.Requests).AddSingleton<ChangeDesk>().AddSingleton(world.Queue).AddSingleton(world.Calendar)
            .AddSingleton(FlagCleanupTests.Cleanup(world));
        Services.AddSingleton(new FlagsAsCode(world.Store, world.Snapshots, world.Queries, new SegmentQueries(world.Store), process));
        Services.AddSingleton(process).AddSingleton(FlagUseTests.Reminders(world)).AddSingleton(world.Evaluations())
            .AddSingleton(new CodeSearches(world.Store, FlagCleanupTests.Cleanup(world), Microsoft.Extensions.Options.Options.Create(new CodeSearchOptions()), world.Clock));
        Services.AddSingleton<ICurrentActor>(new Somebody(Person(role)));
        Services.AddSingleton<EventStream>();
        this.SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        return world;
    }

    private sealed class Somebody(Actor actor) : ICurrentActor
    {
        public ValueTask<Actor> GetAsync(CancellationToken cancellationToken = default) => new(actor);
    }
}
