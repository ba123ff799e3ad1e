using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain.Otlp;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;

namespace Athena.Dashboard.Health.Otlp;

/// <summary>One source of the configuration and how it fares. It sends by itself, so what is missing is noticed here.</summary>
public sealed class OtlpFeed
{
    private readonly FeedStanding standing;
    private readonly TimeProvider clock;
    private bool isTroubled;

    internal OtlpFeed(OpenTelemetrySource source, HealthMeters meters, Store store, TimeProvider clock, ILogger logger)
    {
        Layout = source.Layout;
        Environment = source.Environment;
        standing = new FeedStanding(StatusOf(source, clock.GetUtcNow()), meters, store, clock, logger);
        this.clock = clock;
    }

    public OtlpLayout Layout { get; }

    public string Environment { get; }

    public FeedStatus Status => standing.Status;

    internal static FeedStatus StatusOf(OpenTelemetrySource source, DateTimeOffset now) =>
        FeedStatus.Unasked(source.Name, OtlpServer.Path, source.Environment, now) with { IsPushed = true };

    /// <summary>An export came that has metrics of this source.</summary>
    internal async Task TookAsync(OtlpReading reading, int batches, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var newest = reading.Targets.Values.SelectMany(samples => samples).Select(sample => (DateTimeOffset?)sample.Point.At).Max();
        var (state, detail) =
            reading.Faults.All is [var fault, ..] ? (FeedState.Refused, fault.Flag.Length == 0 ? fault.Detail : $"{fault.Flag} at {fault.Instance}: {fault.Detail}")
            : reading.Unlabelled == reading.Points ? (FeedState.Empty, $"It exports, and no point has the attribute {Layout.FlagAttribute}.")
            : (FeedState.Answering, "");
        if (isTroubled) standing.Untrouble();
        foreach (var one in reading.Faults.All) standing.Trouble(one.Cause, one.Detail, meter => one.Flag.Length == 0 || meter.Rollout?.FlagKey == one.Flag);
        isTroubled = reading.Faults.Points > 0;
        // Another node may have told of an outage that ends with this.
        if (!Status.IsTold && Status.State != state) await standing.RestoreAsync(cancellationToken);
        await standing.SettleAsync(
            Status with
            {
                State = state,
                Detail = detail,
                AskedAt = now,
                UsedAt = state == FeedState.Answering ? now : Status.UsedAt,
                NewestSampleAt = newest > Status.NewestSampleAt || Status.NewestSampleAt is null ? newest : Status.NewestSampleAt,
                Series = reading.Points - reading.Unlabelled,
                Unlabelled = reading.Unlabelled,
                Batches = Status.Batches + batches,
            },
            cancellationToken);
    }

    /// <param name="newest">The newest point that any node took; null when there was none.</param>
    internal async Task WatchAsync(DateTimeOffset? newest, CancellationToken cancellationToken)
    {
        await standing.RestoreAsync(cancellationToken);
        var now = clock.GetUtcNow();
        if (newest is not { } at || now - at <= Layout.Longest || Status.State == FeedState.Waiting) return;
        var detail = $"Its newest point is {Durations.Format(TimeSpan.FromSeconds(Math.Round((now - at).TotalSeconds)))} old.";
        standing.Trouble(UndecidedCause.Stale, detail, _ => true);
        isTroubled = true;
        await standing.SettleAsync(Status with { State = FeedState.Stale, Detail = detail, NewestSampleAt = at }, cancellationToken);
    }
}
