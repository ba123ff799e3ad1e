using Athena.Dashboard.Identity.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Identity;

/// <summary>Writes down, once a minute, when each key was last used.</summary>
internal sealed partial class KeyUseWriter(KeyRing ring, Store store, TimeProvider clock, ILogger<KeyUseWriter> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Dictionary<Guid, long> written = [];

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await WriteAsync(stoppingToken);
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var used = ring.All.Select(key => (key.Id, Ticks: key.LastUsedTicks)).Where(key => key.Ticks > written.GetValueOrDefault(key.Id)).ToList();
        if (used.Count == 0) return;
        try
        {
            await store.WriteAsync<Done>(
                Actor.System("key use"),
                async (write, token) =>
                {
                    foreach (var (id, ticks) in used)
                    {
                        // Two nodes may each know a different last use; the later one stays.
                        var at = new DateTimeOffset(ticks, TimeSpan.Zero);
                        await write.Db.Set<ApiKey>().Where(key => key.Id == id && (key.LastUsedAt == null || key.LastUsedAt < at))
                            .ExecuteUpdateAsync(set => set.SetProperty(key => key.LastUsedAt, at), token);
                    }

                    return Done.Yes;
                },
                cancellationToken);
            foreach (var (id, ticks) in used) written[id] = ticks;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log.WriteFailed(logger, failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The last use of API keys could not be written down; trying again in a minute")]
        public static partial void WriteFailed(ILogger logger, Exception failure);
    }
}
