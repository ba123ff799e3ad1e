using System.Collections.Immutable;
using Athena.Dashboard.Communication.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;

namespace Athena.Dashboard.Communication.Domain;

/// <summary>The timeline of one release: what its items are dated from.</summary>
public sealed record CommunicationPlan : IVersioned
{
    /// <summary>When messages go out and tasks are due, unless set: 10:00 in the release's zone.</summary>
    public static readonly TimeOnly UsualTime = new(10, 0);

    /// <summary>The release's version.</summary>
    public required string Release { get; init; }

    public long Version { get; init; } = 1;

    public required int ProcessVersion { get; init; }

    public required DateOnly TargetDate { get; init; }

    /// <summary>IANA name.</summary>
    public required string Zone { get; init; }

    /// <summary>Why nothing happens here any more, or null.</summary>
    public string? ClosedBecause { get; init; }

    /// <summary>The last event that this timeline followed a rollback for: it does so once.</summary>
    public Guid? RolledBackFor { get; init; }

    public DateTimeOffset DueAt(int day, TimeOnly time) => ReleaseDay.At(TargetDate.AddDays(day), time, Zone);

    /// <summary>Whole days from the target date to the day that it is in the release's zone.</summary>
    public int DayOf(DateTimeOffset instant) => ReleaseDay.Of(instant, Zone).DayNumber - TargetDate.DayNumber;

    /// <summary>The message of an item. One whose day is over already is not sent unasked.</summary>
    public OutboxMessage MessageOf(TimelineEntry item, DateTimeOffset now)
    {
        var message = new OutboxMessage
        {
            Id = Guid.CreateVersion7(now),
            Release = Release,
            ItemId = item.Id,
            Key = item.Key,
            Title = item.Title,
            Channel = item.Channel,
            Audience = item.Audience,
            Day = item.Day,
            DueAt = item.DueAt,
        };
        return Missed(item.Day, now) is { } missed ? message.Miss(missed) : message;
    }

    /// <summary>Why a message of that day is not sent by itself any more, or null. On its day it is late and goes out.</summary>
    public string? Missed(int day, DateTimeOffset now) =>
        day < DayOf(now) ? "Its day had passed when it was planned. Send it now, give it another time, or skip it." : null;

    /// <summary>A timeline with all items of the process that need no rollback.</summary>
    public static (CommunicationPlan Plan, ImmutableArray<TimelineEntry> Items) Begin(
        string release, int processVersion, DateOnly targetDate, string zone, ImmutableArray<CommunicationMoment> moments, DateTimeOffset now)
    {
        var plan = new CommunicationPlan { Release = release, ProcessVersion = processVersion, TargetDate = targetDate, Zone = zone };
        return (plan, plan.Items(moments, item => !item.OnlyAfterRollback, now, fromDay: null));
    }

    /// <summary>The items that appear only once a release was rolled back, dated from that day.</summary>
    public ImmutableArray<TimelineEntry> AfterRollback(ImmutableArray<CommunicationMoment> moments, DateTimeOffset rolledBackAt) =>
        Items(moments, item => item.OnlyAfterRollback, rolledBackAt, DayOf(rolledBackAt));

    /// <summary>Follows the release to another day: items keep their distance to it.</summary>
    public CommunicationPlan Move(DateOnly target, string zone) => this with { TargetDate = target, Zone = zone };

    private ImmutableArray<TimelineEntry> Items(ImmutableArray<CommunicationMoment> moments, Func<CommunicationItem, bool> which, DateTimeOffset now, int? fromDay) =>
    [
        .. moments.SelectMany((moment, place) => moment.Items.Select((item, position) => (Moment: moment, Item: item, Position: (place * 100) + position)))
            .Where(found => which(found.Item))
            .Select(found => new TimelineEntry
            {
                Id = Guid.CreateVersion7(now),
                Release = Release,
                Moment = found.Moment.Key,
                Key = found.Item.Key,
                Title = found.Item.Title,
                Kind = found.Item.Kind,
                Owner = found.Item.Owner,
                Audience = found.Item.Audience,
                Channel = found.Item.Channel,
                Day = (fromDay ?? 0) + found.Item.DueDay,
                Time = UsualTime,
                DueAt = DueAt((fromDay ?? 0) + found.Item.DueDay, UsualTime),
                Position = found.Position,
            }),
    ];
}
