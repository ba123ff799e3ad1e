using System.Collections.Immutable;
using System.Threading.Channels;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Health;

/// <summary>
/// Writes down every change of a verdict and what sources do, each with its event. The judge only hands over: a look
/// never waits for the database.
/// </summary>
public sealed partial class HealthRecorder(Store store, ILogger<HealthRecorder> logger) : BackgroundService
{
    private static readonly Actor Health = Actor.System("health");
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private const int MostAtOnce = 200;

    private readonly List<Entry> underWay = [];
    private readonly Channel<Entry> entries = Channel.CreateUnbounded<Entry>(new UnboundedChannelOptions { SingleReader = true });

    public void Record(Guid rolloutId, VerdictChange change)
    {
        var id = Guid.CreateVersion7(change.At);
        var verdict = change.To;
        entries.Writer.TryWrite(new Entry(
            HealthVerdictRow.From(id, rolloutId, change, VerdictRecordKind.Change),
            new VerdictChanged(rolloutId, verdict.Rule.List, verdict.Rule.Rule.Text, change.From?.Verdict, verdict.Verdict, verdict.Cause, verdict.Explanation, id)));
    }

    /// <summary>The hourly line of a rule that may not have changed for days.</summary>
    public void Summarize(Guid rolloutId, VerdictChange unchanged) =>
        entries.Writer.TryWrite(new Entry(
            HealthVerdictRow.From(Guid.CreateVersion7(unchanged.At), rolloutId, unchanged with { From = null }, VerdictRecordKind.Summary), null));

    public void Tell(IDomainEvent happened) => entries.Writer.TryWrite(new Entry(null, happened));

    /// <summary>Gaps that can no longer be filled. One that was told before, as by another node, is not told again.</summary>
    public void Tell(Guid rolloutId, ImmutableArray<HealthGap> gaps) => entries.Writer.TryWrite(new Entry(null, null) { RolloutId = rolloutId, Gaps = gaps });

    /// <summary>What is recorded when the server stops is still written; the windows it came from will not come again.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        while (await TryWriteAsync())
        {
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (underWay.Count > 0 || await entries.Reader.WaitToReadAsync(stoppingToken))
        {
            if (!await TryWriteAsync()) await Task.Delay(Pause, TimeProvider.System, stoppingToken);
        }
    }

    /// <returns>False when there was nothing to write or it could not be written; then it is tried again.</returns>
    private async Task<bool> TryWriteAsync()
    {
        while (underWay.Count < MostAtOnce && entries.Reader.TryRead(out var entry)) underWay.Add(entry);
        if (underWay.Count == 0) return false;
        try
        {
            await store.WriteAsync<Done>(Health, async (write, token) =>
            {
                foreach (var entry in underWay)
                {
                    if (entry.Row is not null) write.Add(entry.Row);
                    if (entry.Event is not null) write.Append(entry.Event);
                    if (!entry.Gaps.IsEmpty) await WriteGapsAsync(write, entry, token);
                }

                return Done.Yes;
            }, CancellationToken.None);
            underWay.Clear();
            return true;
        }
        catch (Exception failure)
        {
            Log.RecordFailed(logger, failure, underWay.Count);
            return false;
        }
    }

    private static async Task WriteGapsAsync(Write write, Entry entry, CancellationToken cancellationToken)
    {
        var news = ImmutableArray.CreateBuilder<HealthGap>();
        foreach (var gap in entry.Gaps)
        {
            var row = HealthGapRow.From(entry.RolloutId, gap);
            var isTold = await write.Db.Set<HealthGapRow>().AnyAsync(
                told => told.RolloutId == row.RolloutId && told.Instance == row.Instance && told.FromMicros <= row.FromMicros && told.ToMicros >= row.ToMicros,
                cancellationToken);
            if (isTold) continue;
            write.Add(row);
            news.Add(gap);
        }

        if (news.Count > 0) write.Append(HealthGapFound.Of(entry.RolloutId, news.ToImmutable()));
    }

    private sealed record Entry(HealthVerdictRow? Row, IDomainEvent? Event)
    {
        public Guid RolloutId { get; init; }

        public ImmutableArray<HealthGap> Gaps { get; init; } = [];
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Writing {Entries} health records failed; trying again")]
        public static partial void RecordFailed(ILogger logger, Exception failure, int entries);
    }
}
