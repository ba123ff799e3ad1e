using System.Collections.Immutable;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;

namespace Athena.Dashboard.Releases.Domain;

/// <summary>A phase of the release's type, laid out in the calendar. Whole days in the release's zone.</summary>
/// <param name="Last">The last day of the phase.</param>
/// <param name="IsRelease">The phase that begins on the target date.</param>
public sealed record Milestone(string Key, string Title, DateOnly First, DateOnly Last, ImmutableArray<string> Activities, bool IsRelease);

/// <summary>When a gate set is due.</summary>
public sealed record GateDue(string Set, string Title, DateTimeOffset DueAt);

/// <summary>A release's calendar, laid out backwards from its target date.</summary>
public sealed record ReleaseSchedule(ImmutableArray<Milestone> Milestones, ImmutableArray<GateDue> Gates)
{
    private const string DevelopmentPhase = "development";
    private const string QualityPhase = "quality";

    public static ReleaseSchedule Of(ReleaseType type, ImmutableArray<GateSet> sets, DateOnly target, string zone) => new(
        [
            .. type.Phases.Select(phase => new Milestone(
                phase.Key,
                phase.Title,
                target.AddDays(phase.StartOffset(type)),
                target.AddDays(phase.EndOffset(type) - 1),
                phase.Activities,
                phase.StartDay == type.ReleaseDay)),
        ],
        [.. sets.Select(set => new GateDue(set.Key, set.Title, DueAt(set, type, target, zone)))]);

    /// <summary>What would move if the release moved, only those dates that differ.</summary>
    public static ImmutableArray<MovedDate> Difference(ReleaseSchedule from, string fromZone, ReleaseSchedule to, string toZone, DateTimeOffset now)
    {
        var moved = ImmutableArray.CreateBuilder<MovedDate>();
        foreach (var (old, next) in from.Milestones.Zip(to.Milestones))
            AddIfMoved("milestone", old.Title, ReleaseDay.StartOf(old.First, fromZone), ReleaseDay.StartOf(next.First, toZone), wholeDay: true);
        foreach (var (old, next) in from.Gates.Zip(to.Gates))
            AddIfMoved("gate", old.Title, old.DueAt, next.DueAt, wholeDay: false);
        return moved.ToImmutable();

        void AddIfMoved(string kind, string title, DateTimeOffset old, DateTimeOffset next, bool wholeDay)
        {
            if (old == next) return;
            moved.Add(new MovedDate(kind, title, old, next, wholeDay, next <= now && old > now ? "would be in the past" : null));
        }
    }

    // A set is due at the midnight that begins the phase which it guards; where nothing comes before that phase, its
    // own first day is all there is, and the set is due at that day's end.
    private static DateTimeOffset DueAt(GateSet set, ReleaseType type, DateOnly target, string zone)
    {
        var day = GuardedDay(set, type);
        var isFirstDay = day == (type.Phases.IsEmpty ? type.ReleaseDay : type.Phases[0].StartDay);
        return ReleaseDay.StartOf(target.AddDays(day - type.ReleaseDay + (isFirstDay ? 1 : 0)), zone);
    }

    private static int GuardedDay(GateSet set, ReleaseType type)
    {
        var first = type.Phases.IsEmpty ? type.ReleaseDay : type.Phases[0].StartDay;
        return set.To switch
        {
            ReleaseState.InDevelopment => StartOf(DevelopmentPhase) ?? first,
            ReleaseState.InQa => StartOf(QualityPhase) ?? type.ReleaseDay,
            _ => type.ReleaseDay,
        };

        int? StartOf(string phase) => type.Phases.FirstOrDefault(candidate => candidate.Key == phase)?.StartDay;
    }
}
