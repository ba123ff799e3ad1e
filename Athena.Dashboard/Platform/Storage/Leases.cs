using Microsoft.Extensions.Options;
using Npgsql;

namespace Athena.Dashboard.Platform.Storage;

/// <summary>
/// What may run on one node only. On SQLite there is one node. On PostgreSQL a session-level advisory lock on a
/// connection of its own decides; when that connection dies, the work is cancelled and the lock is asked for again.
/// </summary>
public sealed partial class Leases(IOptions<StorageOptions> options, ILogger<Leases> logger)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    /// <summary>Runs <paramref name="work"/> whenever this node holds the lease, until stopped; a failing run begins again.</summary>
    public async Task RunAsync(string name, Func<CancellationToken, Task> work, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (options.Value.UsesPostgreSql) await RunHoldingLockAsync(name, work, stoppingToken);
                else await work(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                Log.WorkFailed(logger, failure, name);
            }

            // In real time: this is about the database and the other nodes, whatever the clock of the work is.
            await Task.Delay(Retry, TimeProvider.System, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunHoldingLockAsync(string name, Func<CancellationToken, Task> work, CancellationToken stoppingToken)
    {
        await using var connection = new NpgsqlConnection(options.Value.PostgreSql + ";Pooling=false;Keepalive=5");
        await connection.OpenAsync(stoppingToken);
        await using (var ask = new NpgsqlCommand("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", connection) { Parameters = { new() { Value = "athena:" + name } } })
        {
            if (await ask.ExecuteScalarAsync(stoppingToken) is not true) return;
        }

        using var lost = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var watch = WatchAsync(connection, lost);
        try
        {
            await work(lost.Token);
        }
        finally
        {
            await lost.CancelAsync();
            await watch;
        }
    }

    private static async Task WatchAsync(NpgsqlConnection connection, CancellationTokenSource lost)
    {
        try
        {
            while (true) await connection.WaitAsync(lost.Token);
        }
        catch (Exception)
        {
            // Cancelled, or the connection is gone: either way the work has to end.
            await lost.CancelAsync();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Work} failed; it begins again")]
        public static partial void WorkFailed(ILogger logger, Exception failure, string work);
    }
}
