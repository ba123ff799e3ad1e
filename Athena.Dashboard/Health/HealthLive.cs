using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Live;

namespace Athena.Dashboard.Health;

/// <summary>
/// Sends each second's points of every rollout that is measured to its hub group, gives a new viewer what was before,
/// and notices when a source goes silent or speaks again. One message per rollout and tick, serialized once.
/// </summary>
public sealed partial class HealthLive(
    HealthMeters meters, HealthRecorder recorder, LiveSender sender, TimeProvider clock, ILogger<HealthLive> logger)
    : BackgroundService, ILiveSnapshots
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Summary = TimeSpan.FromHours(1);

    /// <summary>Distance of the points that a new viewer begins with: near enough to the tick that a chart joins them.</summary>
    private static readonly TimeSpan SnapshotStep = TimeSpan.FromSeconds(2);
    private const int SnapshotPoints = 300;

    private readonly Dictionary<Guid, Watched> watched = [];
    // From the beginning, and not from when the host comes to run it: the first second is one, too.
    private readonly PeriodicTimer timer = new(Tick, clock);
    private int ticks;

    /// <summary>Seconds that were seen to their end; tests wait for them.</summary>
    internal int Ticks => Volatile.Read(ref ticks);

    public ValueTask<object?> SnapshotAsync(Subject subject, CancellationToken cancellationToken)
    {
        if (subject.Kind != MeasuredSubject.Kind || !Guid.TryParse(subject.Id, out var id) || meters.Find(id) is not { } meter)
            return ValueTask.FromResult<object?>(null);
        var now = clock.GetUtcNow();
        lock (meter.Gate)
        {
            var points = Enumerable.Range(0, SnapshotPoints)
                .Select(step => now - (SnapshotStep * (SnapshotPoints - 1 - step)))
                .Select(at => new LivePoints(subject.ToString(), at.ToUnixTimeMilliseconds(), LiveValues.At(meter, at, now)))
                .SkipWhile(point => point.Series.Count == 0);
            return ValueTask.FromResult<object?>(new LiveSnapshot(subject.ToString(), [.. points]));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SendAsync(clock.GetUtcNow(), stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                Log.TickFailed(logger, failure);
            }

            Interlocked.Increment(ref ticks);
        }
    }

    public override void Dispose()
    {
        timer.Dispose();
        base.Dispose();
    }

    private async Task SendAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var meter in meters.All)
        {
            LivePoints? points = null;
            lock (meter.Gate)
            {
                if (IsOfInterest(meter, now))
                {
                    Watch(meter, now);
                    points = new LivePoints(MeasuredSubject.Of(meter.RolloutId).ToString(), now.ToUnixTimeMilliseconds(), LiveValues.Now(meter, now));
                }
                else
                {
                    watched.Remove(meter.RolloutId);
                }
            }

            if (points is not null) await sender.SendAsync(points, cancellationToken);
        }
    }

    // Judged lately, or reported for lately: a completed rollout whose application reports on still has a chart.
    private static bool IsOfInterest(RolloutMeter meter, DateTimeOffset now) =>
        now - meter.LastLook?.At < TimeSpan.FromMinutes(1) || now - meter.Freshness(now).LastBatchAt < TimeSpan.FromMinutes(10);

    private static bool IsJudged(RolloutMeter meter, DateTimeOffset now) =>
        meter.Judge.Look is { } look && now - look.At < TimeSpan.FromMinutes(1);

    // Only by the node that judges it, or each would tell.
    private void Watch(RolloutMeter meter, DateTimeOffset now)
    {
        var freshness = meter.Freshness(now);
        if (!watched.TryGetValue(meter.RolloutId, out var known))
            watched[meter.RolloutId] = known = new Watched { WasFresh = freshness.IsFresh, SummarizedAt = now };
        if (!IsJudged(meter, now)) return;
        if (known.WasFresh && !freshness.IsFresh) recorder.Tell(new HealthSourceWentStale(meter.RolloutId, freshness.LastBatchAt!.Value));
        if (!known.WasFresh && freshness.IsFresh) recorder.Tell(new HealthSourceReported(meter.RolloutId, known.LastBatchAt));
        (known.WasFresh, known.LastBatchAt) = (freshness.IsFresh, freshness.LastBatchAt);
        known.Gaps.Add(meter.SettleGaps(now));
        if (known.Gaps.Take(now) is { IsEmpty: false } gaps) recorder.Tell(meter.RolloutId, gaps);
        if (now - known.SummarizedAt < Summary) return;
        known.SummarizedAt = now;
        foreach (var change in meter.Judge.Summaries(meter, now)) recorder.Summarize(meter.RolloutId, change);
    }

    private sealed class Watched
    {
        public bool WasFresh { get; set; }

        public DateTimeOffset? LastBatchAt { get; set; }

        public DateTimeOffset SummarizedAt { get; set; }

        public GapNews Gaps { get; } = new();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Sending live points failed; the next second tries again")]
        public static partial void TickFailed(ILogger logger, Exception failure);
    }
}
