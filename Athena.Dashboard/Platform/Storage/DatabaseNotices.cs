using Microsoft.Extensions.Options;
using Npgsql;

namespace Athena.Dashboard.Platform.Storage;

/// <summary>
/// PostgreSQL's NOTIFY, for what other nodes have to hear at once. It may be missed while a connection is made anew, so
/// whoever listens also looks from time to time.
/// </summary>
public sealed partial class DatabaseNotices(IOptions<StorageOptions> options, ILogger<DatabaseNotices> logger)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    /// <summary>Calls <paramref name="heard"/> at every notice until stopped; on SQLite there is nobody to hear and it returns at once.</summary>
    /// <param name="channel">A constant: it is not quoted.</param>
    public async Task ListenAsync(string channel, Action heard, CancellationToken stoppingToken)
    {
        while (options.Value.UsesPostgreSql && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = new NpgsqlConnection(options.Value.PostgreSql);
                await connection.OpenAsync(stoppingToken);
                connection.Notification += (_, _) => heard();
                await using (var listen = connection.CreateCommand())
                {
#pragma warning disable CA2100 // A constant of the caller.
                    listen.CommandText = "LISTEN " + channel;
#pragma warning restore CA2100
                    await listen.ExecuteNonQueryAsync(stoppingToken);
                }

                heard();
                while (true) await connection.WaitAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                Log.ListenFailed(logger, failure, channel);
                // In real time: this is about the database.
                await Task.Delay(Retry, TimeProvider.System, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Listening to other nodes on {Channel} failed; looking from time to time instead until it works again")]
        public static partial void ListenFailed(ILogger logger, Exception failure, string channel);
    }
}
