namespace Athena.Dashboard.Tests.Flags;

/// <summary>One server for the tests of a class that do not get into each other's way.</summary>
public sealed class SharedFlagServer : IAsyncLifetime
{
    internal FlagServer Flags { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Flags = await FlagServer.StartAsync();

    public ValueTask DisposeAsync() => Flags.DisposeAsync();
}
