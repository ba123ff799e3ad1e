using System.Collections.Immutable;

namespace Athena.Dashboard.Alerts.Domain;

/// <summary>What one receiver was told of the alerts of one release in one environment.</summary>
public sealed record AlertGroup
{
    public required string Receiver { get; init; }

    public required string Key { get; init; }

    public required DateTimeOffset FirstAt { get; init; }

    public DateTimeOffset? NotifiedAt { get; init; }

    /// <summary>Ids of the alerts that were firing when it was told last, in order.</summary>
    public ImmutableArray<Guid> Told { get; init; } = [];

    public static string KeyOf(Alert alert) =>
        $"{{environment=\"{alert.Labels.GetValueOrDefault(AlertLabels.Environment, "")}\", release=\"{alert.Labels.GetValueOrDefault(AlertLabels.Release, "")}\"}}";

    /// <summary>
    /// Whether the receiver is to be told now: a while after the first alert, so that those that come together go
    /// together; then no sooner than the interval when something changed; and again when nothing did for long.
    /// </summary>
    public bool IsDue(IReadOnlyCollection<Alert> firing, GroupTiming timing, DateTimeOffset now)
    {
        if (NotifiedAt is not { } told) return firing.Count > 0 && now - FirstAt >= timing.Wait;
        ImmutableArray<Guid> ids = [.. firing.Select(alert => alert.Id).Order()];
        return ids.SequenceEqual(Told) ? firing.Count > 0 && now - told >= timing.Repeat : now - told >= timing.Interval;
    }

    public AlertGroup Notified(IReadOnlyCollection<Alert> firing, DateTimeOffset now) =>
        this with { NotifiedAt = now, Told = [.. firing.Select(alert => alert.Id).Order()] };
}

public sealed record GroupTiming(TimeSpan Wait, TimeSpan Interval, TimeSpan Repeat);
