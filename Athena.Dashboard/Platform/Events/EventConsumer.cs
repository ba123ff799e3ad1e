using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Platform.Events;

/// <summary>
/// Something that must see every event at least once, also across restarts: its place in the log is stored. An event
/// can come twice after a kill, so what it does has to be idempotent by the event's id.
/// </summary>
public interface IEventConsumer
{
    /// <summary>The cursor's name; never changed once released.</summary>
    string Name { get; }

    /// <summary>Which events are handed over; the others are only passed by.</summary>
    bool Concerns(EventEnvelope envelope);

    /// <summary>Throwing means not done: the same event comes again after a pause.</summary>
    Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken);
}

/// <summary>How far a consumer has come.</summary>
public sealed class EventCursor
{
    public required string Name { get; set; }

    public long Sequence { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<EventCursor>
    {
        public void Configure(EntityTypeBuilder<EventCursor> builder)
        {
            builder.ToTable("platform_event_cursors");
            builder.HasKey(cursor => cursor.Name);
        }
    }
}

/// <summary>Runs one consumer on one node at a time.</summary>
internal sealed partial class EventConsumerWorker<TConsumer>(
    TConsumer consumer,
    Store store,
    Contexts contexts,
    EventStream stream,
    Leases leases,
    ILogger<TConsumer> logger) : BackgroundService
    where TConsumer : class, IEventConsumer
{
    private const int BatchSize = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        leases.RunAsync("consumer:" + consumer.Name, ConsumeAsync, stoppingToken);

    private async Task ConsumeAsync(CancellationToken cancellationToken)
    {
        using var arrivals = stream.Subscribe(_ => true, capacity: 1);
        var position = await store.ReadAsync(
            (db, token) => db.Set<EventCursor>().Where(cursor => cursor.Name == consumer.Name).Select(cursor => cursor.Sequence).FirstOrDefaultAsync(token),
            cancellationToken);
        while (true)
        {
            var rows = await store.ReadAsync(
                (db, token) => db.Set<EventRow>().Where(row => row.Sequence > position).OrderBy(row => row.Sequence).Take(BatchSize).ToListAsync(token),
                cancellationToken);
            foreach (var envelope in rows.Select(row => new EventEnvelope(row)).Where(consumer.Concerns))
            {
                await HandleAsync(envelope, cancellationToken);
                await SavePositionAsync(position = envelope.Sequence, cancellationToken);
            }

            if (rows.Count > 0) position = rows[^1].Sequence;
            if (rows.Count < BatchSize) await WaitForMoreAsync(arrivals, cancellationToken);
        }
    }

    private async Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await consumer.HandleAsync(envelope, cancellationToken);
                return;
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                Log.HandlingFailed(logger, failure, consumer.Name, envelope.Type, envelope.Sequence, attempt);
                await Task.Delay(Pause * Math.Min(attempt, 30), TimeProvider.System, cancellationToken);
            }
        }
    }

    private async Task SavePositionAsync(long position, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var moved = await db.Set<EventCursor>().Where(cursor => cursor.Name == consumer.Name)
            .ExecuteUpdateAsync(set => set.SetProperty(cursor => cursor.Sequence, position), cancellationToken);
        if (moved > 0) return;
        db.Add(new EventCursor { Name = consumer.Name, Sequence = position });
        await db.SaveChangesAsync(cancellationToken);
    }

    private static async Task WaitForMoreAsync(EventSubscription arrivals, CancellationToken cancellationToken)
    {
        await arrivals.Reader.WaitToReadAsync(cancellationToken);
        while (arrivals.Reader.TryRead(out _))
        {
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Consumer} could not handle {Type} ({Sequence}), attempt {Attempt}; it comes again")]
        public static partial void HandlingFailed(ILogger logger, Exception failure, string consumer, string type, long sequence, int attempt);
    }
}
