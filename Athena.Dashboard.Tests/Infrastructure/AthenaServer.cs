using Athena.Dashboard.Platform.Hosting;
using Athena.Dashboard.Platform.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Athena.Dashboard.Tests.Infrastructure;

/// <summary>The real application on a port of its own, over a database that can outlive it.</summary>
public sealed class AthenaServer : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly bool ownsDatabase;

    private AthenaServer(WebApplication app, TestDatabase database, bool ownsDatabase)
    {
        App = app;
        this.database = database;
        this.ownsDatabase = ownsDatabase;
    }

    public WebApplication App { get; }

    public IServiceProvider Services => App.Services;

    public Uri Address => new(App.Urls.First());

    /// <summary>What browsers write into the header of that name on pages of this server.</summary>
    public string Origin => Address.GetLeftPart(UriPartial.Authority);

    public T Get<T>()
        where T : notnull => App.Services.GetRequiredService<T>();

    /// <summary>Starts on a database of its own.</summary>
    /// <param name="clock">Null for the real one.</param>
    /// <param name="setUp">False for a server that still waits for its Administrator.</param>
    public static async Task<AthenaServer> StartAsync(
        DatabaseKind kind = DatabaseKind.Sqlite, TimeProvider? clock = null, Action<WebApplicationBuilder>? configure = null, bool setUp = true) =>
        await StartAsync(await TestDatabase.CreateAsync(kind), ownsDatabase: true, clock, configure, setUp);

    /// <summary>Starts on a database that stays when the server goes: for restarts and for two nodes.</summary>
    public static Task<AthenaServer> StartAsync(TestDatabase database, TimeProvider? clock = null, Action<WebApplicationBuilder>? configure = null, bool setUp = true) =>
        StartAsync(database, ownsDatabase: false, clock, configure, setUp);

    /// <summary>A client without cookies; redirects are not followed.</summary>
    public HttpClient CreateClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address, Timeout = Wait.Patience };

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        if (ownsDatabase) database.Dispose();
    }

    private static async Task<AthenaServer> StartAsync(TestDatabase database, bool ownsDatabase, TimeProvider? clock, Action<WebApplicationBuilder>? configure, bool setUp)
    {
        var app = AthenaApplication.Create(new ServerSettings(database.Folder, "http://127.0.0.1:0"), builder =>
        {
            builder.Configuration[StorageOptions.Section + ":" + nameof(StorageOptions.PostgreSql)] = database.Options.PostgreSql;
            builder.Logging.ClearProviders();
            if (clock is not null) builder.Services.Replace(ServiceDescriptor.Singleton(clock));
            // Clients of tests send no pings, and may have to wait for the processor longer than browsers.
            builder.Services.PostConfigure<HubOptions>(hub => hub.HandshakeTimeout = hub.ClientTimeoutInterval = TimeSpan.FromMinutes(5));
            configure?.Invoke(builder);
        });
        await OperatorHost.StartupAsync(app, CancellationToken.None);
        if (setUp) await Accounts.EnsureAdministratorAsync(app.Services);
        await app.StartAsync();
        return new AthenaServer(app, database, ownsDatabase);
    }
}
