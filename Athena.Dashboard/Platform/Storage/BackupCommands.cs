using System.CommandLine;
using Athena.Dashboard.Platform.Hosting;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Platform.Storage;

/// <summary><c>backup FILE</c> and <c>restore FILE</c>.</summary>
internal static class BackupCommands
{
    public static Command Backup(OperatorHost host)
    {
        var file = new Argument<string>("FILE") { Description = "The archive to write; an existing one is replaced" };
        var command = new Command("backup", "Write one archive of all data; works while the server runs") { file };
        command.SetAction((parsed, cancellationToken) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                if (PostgreSql(services) is { } connection) return await TellAsync("PostgreSQL is backed up with its own tool:\n  pg_dump --format=custom --file=" + parsed.GetValue(file) + " \"" + connection + "\"");
                try
                {
                    await services.GetRequiredService<Storage.Backup>().WriteAsync(parsed.GetValue(file)!, token);
                    await Console.Error.WriteLineAsync("Written: " + parsed.GetValue(file));
                    return 0;
                }
                catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
                {
                    return await TellAsync("The backup was not written: " + failure.Message);
                }
            },
            cancellationToken));
        return command;
    }

    public static Command Restore(OperatorHost host)
    {
        var file = new Argument<string>("FILE") { Description = "An archive that backup wrote" };
        var command = new Command("restore", "Put a backup in the place of all data; the server has to be stopped") { file };
        command.SetAction((parsed, cancellationToken) => host.RunWithoutDatabaseAsync(
            parsed,
            async (services, token) =>
            {
                if (PostgreSql(services) is { } connection) return await TellAsync("PostgreSQL is restored with its own tool:\n  pg_restore --clean --if-exists --dbname=\"" + connection + "\" " + parsed.GetValue(file));
                try
                {
                    var former = await services.GetRequiredService<Storage.Backup>().RestoreAsync(parsed.GetValue(file)!, token);
                    await Console.Error.WriteLineAsync(former is null ? "Restored." : "Restored. The former database is kept as " + former);
                    return 0;
                }
                catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidOperationException or InvalidDataException)
                {
                    return await TellAsync("Nothing was restored: " + failure.Message);
                }
            },
            cancellationToken));
        return command;
    }

    private static string? PostgreSql(IServiceProvider services) =>
        services.GetRequiredService<IOptions<StorageOptions>>().Value is { UsesPostgreSql: true } storage ? WithoutPassword(storage.PostgreSql) : null;

    private static string WithoutPassword(string connectionString)
    {
        var parts = new Npgsql.NpgsqlConnectionStringBuilder(connectionString);
        return FormattableString.Invariant($"host={parts.Host} port={parts.Port} dbname={parts.Database} user={parts.Username}");
    }

    private static async Task<int> TellAsync(string text)
    {
        await Console.Error.WriteLineAsync(text);
        return 1;
    }
}
