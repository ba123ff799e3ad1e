[assembly: AssemblyFixture(typeof(Athena.Dashboard.E2E.Infrastructure.Surroundings))]

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>A user story against a started server of its own. Keeps evidence when it fails.</summary>
public abstract class Journey(Surroundings surroundings) : IAsyncLifetime
{
    protected World World { get; private set; } = default!;

    public virtual async ValueTask InitializeAsync() => World = await BeginAsync(surroundings);

    public virtual async ValueTask DisposeAsync()
    {
        var failed = TestContext.Current.TestState?.Result == TestResult.Failed;
        await World.CloseAsync(TestContext.Current.Test!.TestDisplayName, failed);
        GC.SuppressFinalize(this);
    }

    /// <summary>The world that it happens in.</summary>
    protected virtual Task<World> BeginAsync(Surroundings around) => World.BeginAsync(around);
}
