[assembly: AssemblyFixture(typeof(Athena.Dashboard.Tests.Infrastructure.TestRun))]

namespace Athena.Dashboard.Tests.Infrastructure;

/// <summary>The whole run: what its tests shared is put away when the last of them is over.</summary>
public sealed class TestRun : IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await PostgresCluster.StopSharedAsync();
}
