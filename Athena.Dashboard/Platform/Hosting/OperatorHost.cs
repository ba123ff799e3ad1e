using System.CommandLine;
using System.CommandLine.Invocation;
using Athena.Dashboard.Platform.Storage;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Platform.Hosting;

/// <summary>
/// Where operators' commands run: the product's services over its database, without serving. Slices make their
/// commands with it; standard output belongs to the command, everything else goes to standard error.
/// </summary>
/// <param name="create">The application with its services.</param>
/// <param name="map">Gives it its routes; only the server needs them.</param>
public sealed class OperatorHost(Func<ServerSettings, WebApplication> create, Action<WebApplication> map)
{
    private static readonly string[] ConfigurationTokens = ["--Athena:", "--Logging:", "--Kestrel:"];

    public Option<string?> Data { get; } = new("--data") { Description = "Folder of the database, keys and uploads (default: data)", Recursive = true, HelpName = "DIR" };

    public Option<string?> Urls { get; } = new("--urls") { Description = "Addresses to listen on, separated by ';' (default: " + ServerSettings.DefaultUrls + ")", HelpName = "URLS" };

    public Option<bool> Demo { get; } = new("--demo") { Description = "Fill in sample data and simulate a service; works on loopback only" };

    // The command line's own two seconds would cut off a server that still stores what it acknowledged. The host stops
    // waiting for its workers by itself, before this.
    private static readonly TimeSpan LongestStop = TimeSpan.FromMinutes(1);

    /// <summary>Does what the command line says, or names everything that is wrong with it; standard output stays empty then.</summary>
    public static async Task<int> InvokeAsync(ParseResult parsed)
    {
        if (parsed.Action is not ParseErrorAction) return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = LongestStop });
        await ReportAsync("The command line cannot be used:", [.. parsed.Errors.Select(error => error.Message).Distinct(), .. Unknown(parsed), "--help says what there is."]);
        return 1;
    }

    /// <summary>Serves until stopped.</summary>
    public Task<int> ServeAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        WithApplicationAsync(
            parsed,
            async app =>
            {
                // Two servers on one SQLite file would each act on every rollout.
                var storage = app.Services.GetRequiredService<IOptions<StorageOptions>>().Value;
                await using var alone = storage.UsesPostgreSql ? null : FolderLock.Try(storage.Directory, FolderLock.Server);
                if (alone is null && !storage.UsesPostgreSql)
                {
                    await Console.Error.WriteLineAsync($"Another server is running on {Path.GetFullPath(storage.Directory)}. Stop it, or give this one a folder of its own with --data.");
                    return 1;
                }

                try
                {
                    // The database with its model takes about as long as the routes with their delegates.
                    await Task.WhenAll(Task.Run(() => map(app), cancellationToken), StartupAsync(app, cancellationToken));
                    await app.RunAsync(cancellationToken);
                    return 0;
                }
                catch (Exception failure) when (failure is IOException or InvalidOperationException)
                {
                    // An address in use, a database of a newer version: the sentence says it, the stack would hide it.
                    await Console.Error.WriteLineAsync("The server cannot start: " + failure.Message);
                    return 1;
                }
            });

    /// <summary>Runs one command over the migrated database; its exit code is the process's.</summary>
    public Task<int> RunAsync(ParseResult parsed, Func<IServiceProvider, CancellationToken, Task<int>> command, CancellationToken cancellationToken) =>
        WithApplicationAsync(
            parsed,
            async app =>
            {
                await StartupAsync(app, cancellationToken);
                return await command(app.Services, cancellationToken);
            });

    /// <summary>Runs one command that must not, or need not, touch the database.</summary>
    public Task<int> RunWithoutDatabaseAsync(ParseResult parsed, Func<IServiceProvider, CancellationToken, Task<int>> command, CancellationToken cancellationToken) =>
        WithApplicationAsync(parsed, app => command(app.Services, cancellationToken));

    /// <summary>Migrates, then lets every slice take its startup step.</summary>
    /// <exception cref="InvalidOperationException">The database is newer than the product.</exception>
    public static async Task StartupAsync(WebApplication app, CancellationToken cancellationToken)
    {
        await app.Services.GetRequiredService<DatabaseMigrator>().MigrateAsync(cancellationToken);
        foreach (var step in app.Services.GetServices<IStartupStep>()) await step.RunAsync(cancellationToken);
    }

    private async Task<int> WithApplicationAsync(ParseResult parsed, Func<WebApplication, Task<int>> run)
    {
        if (await ReportAsync("The command line cannot be used:", Unknown(parsed))) return 1;
        WebApplication app;
        try
        {
            app = create(SettingsOf(parsed));
        }
        catch (ConfigurationFaultsException refused)
        {
            await ReportAsync("The configuration cannot be used:", refused.Faults);
            return 1;
        }

        await using (app)
        {
            return await run(app);
        }
    }

    private ServerSettings SettingsOf(ParseResult parsed) =>
        new(parsed.GetValue(Data), parsed.GetValue(Urls), parsed.GetValue(Demo), [.. parsed.UnmatchedTokens]);

    private static List<string> Unknown(ParseResult parsed) =>
        [.. parsed.UnmatchedTokens
            .Where(token => !ConfigurationTokens.Any(prefix => token.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            .Select(token => $"'{token}' is neither a command nor an option. Settings are written --Athena:Section:Key=value; --help lists the rest.")];

    private static async Task<bool> ReportAsync(string title, IReadOnlyList<string> faults)
    {
        if (faults.Count == 0) return false;
        await Console.Error.WriteLineAsync(title);
        foreach (var fault in faults) await Console.Error.WriteLineAsync("  " + fault);
        return true;
    }
}
