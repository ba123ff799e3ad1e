using System.CommandLine;
using Athena.Dashboard.Alerts;
using Athena.Dashboard.Communication;
using Athena.Dashboard.Demo;
using Athena.Dashboard.Experiments;
using Athena.Dashboard.Flags;
using Athena.Dashboard.Gates;
using Athena.Dashboard.Health;
using Athena.Dashboard.Audit;
using Athena.Dashboard.Identity;
using Athena.Dashboard.Notes;
using Athena.Dashboard.Platform;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Hosting;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process;
using Athena.Dashboard.Recovery;
using Athena.Dashboard.Releases;
using Athena.Dashboard.Rollouts;
using Athena.Dashboard.Shell;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;

namespace Athena.Dashboard;

/// <summary>The table of contents: every slice once for its services, once for its routes, once for its commands.</summary>
public static class AthenaApplication
{
    private static void AddAthena(this WebApplicationBuilder builder, ServerSettings settings)
    {
        var services = builder.Services;
        services.AddPlatform();
        services.AddIdentity();
        services.AddProcess();
        services.AddGates();
        services.AddFlags();
        services.AddHealth();
        services.AddReleases();
        services.AddRollouts();
        services.AddRecovery();
        services.AddExperiments();
        services.AddAlerts();
        services.AddNotes();
        services.AddCommunication();
        services.AddAudit();
        services.AddShell();
        services.AddDemo(settings);
    }

    private static void UseAthena(this WebApplication app)
    {
        app.UseRouting();
        app.UseProtection();
        app.UseApi();
        app.UsePublicCaching();
        app.UseShell();
        app.UseIdentity();
        app.UseBodyLimit();
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapPlatform();
        app.MapIdentity();
        app.MapProcess();
        app.MapGates();
        app.MapFlags();
        app.MapHealth();
        app.MapReleases();
        app.MapRollouts();
        app.MapRecovery();
        app.MapExperiments();
        app.MapAlerts();
        app.MapNotes();
        app.MapCommunication();
        app.MapAudit();
        app.MapShell();
        BuildEndpoints(app);
        app.UseEndpoints(_ => { });
    }

    // Routing and authorization each ask all sources for their endpoints, and most sources would build them anew.
    private static void BuildEndpoints(IEndpointRouteBuilder routes)
    {
        var built = new CompositeEndpointDataSource([.. routes.DataSources]);
        _ = built.Endpoints;
        routes.DataSources.Clear();
        routes.DataSources.Add(built);
    }

    private static IEnumerable<Command> Commands(OperatorHost host)
    {
        yield return ProcessCommands.Create(host);
        yield return FlagCommands.Create(host);
        yield return BackupCommands.Backup(host);
        yield return BackupCommands.Restore(host);
        foreach (var command in IdentityCommands.Create(host)) yield return command;
    }

    /// <summary>The program: serves, or runs one operator's command.</summary>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var host = new OperatorHost(settings => Build(settings), UseAthena);
        var root = new RootCommand("Athena.Dashboard: releases from plan to rollback") { host.Data, host.Urls, host.Demo };
        root.TreatUnmatchedTokensAsErrors = false;
        foreach (var command in Commands(host)) root.Subcommands.Add(command);
        root.SetAction(host.ServeAsync);
        return await OperatorHost.InvokeAsync(root.Parse(args));
    }

    /// <summary>Builds the application with its routes, without starting it.</summary>
    /// <param name="settings">What the command line said.</param>
    /// <param name="configure">Last word on configuration and services; for tests.</param>
    /// <exception cref="ConfigurationFaultsException">The configuration has faults; all of them are told.</exception>
    public static WebApplication Create(ServerSettings settings, Action<WebApplicationBuilder>? configure = null)
    {
        var app = Build(settings, configure);
        app.UseAthena();
        return app;
    }

    // Services without routes: all that a command needs.
    private static WebApplication Build(ServerSettings settings, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = settings.Configuration.IsDefault ? [] : [.. settings.Configuration],
            ApplicationName = typeof(AthenaApplication).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        // Runs from a build folder too, where the assets of the packages and of this project are not copied.
        StaticWebAssetsLoader.UseStaticWebAssets(builder.Environment, builder.Configuration);
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        // A demo tells its story from the beginning, unless it is given a folder to remember it in.
        if (settings is { Demo: true, Data: null }) settings = settings with { Data = Directory.CreateTempSubdirectory("athena-demo-").FullName };
        if (settings.Data is { } data) builder.Configuration[StorageOptions.Section + ":" + nameof(StorageOptions.Directory)] = data;
        if (settings.Urls is { } urls) builder.WebHost.UseUrls(urls);
        else if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey])) builder.WebHost.UseUrls(ServerSettings.DefaultUrls);
        if (settings.Demo && DemoSlice.RefusalFor(settings.Urls ?? builder.Configuration[WebHostDefaults.ServerUrlsKey] ?? ServerSettings.DefaultUrls) is { } refusal)
            throw new ConfigurationFaultsException([refusal]);
        configure?.Invoke(builder);
        builder.AddAthena(settings);
        var app = builder.Build();
        // Before anything is wired: some middleware reads options as soon as it is used.
        ConfigurationCheck.Demand(app.Services);
        return app;
    }
}
