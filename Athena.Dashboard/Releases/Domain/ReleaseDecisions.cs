using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using static Athena.Dashboard.Process.Contracts.ReleaseState;

namespace Athena.Dashboard.Releases.Domain;

/// <param name="Type">Key of the release type.</param>
/// <param name="Version">Null takes the next one.</param>
public sealed record ReleasePlan(
    string? Type,
    string? Version,
    string? Title,
    DateOnly? TargetDate,
    string? Zone,
    ReleaseOwner? Owner,
    string? UserValue,
    ImmutableArray<KnownIssue> KnownIssues);

/// <summary>Somebody who may own a release: an account that is not disabled.</summary>
public sealed record ReleaseOwner(Guid Id, string Name);

/// <summary>Every command on one release. Pure.</summary>
public static class ReleaseDecisions
{
    public const int LongestTitle = 120;
    public const int LongestUserValue = 4000;
    public const int LongestReason = 1000;
    public const int LongestIssue = 500;
    public const int MostIssues = 100;

    /// <summary>Years that a target date may lie ahead.</summary>
    private const int FurthestYears = 5;

    public static Outcome<Decision<Release>> Plan(
        ReleasePlan plan,
        ProcessVersion process,
        IReadOnlyCollection<SemanticVersion> existing,
        IReadOnlyCollection<SemanticVersion> released,
        Actor actor,
        DateTimeOffset now)
    {
        if (actor.Lacks(Permission.EditReleases, "plan a release") is { } refusal) return refusal;
        var faults = new InputFaults();
        var types = process.Document.ReleaseTypes;
        var type = plan.Type is null ? null : process.Document.FindReleaseType(plan.Type);
        if (type is null) faults.Add("type", "is not a release type", plan.Type, "one of " + string.Join(", ", types.Select(known => known.Key)));
        var version = plan.Version is null && type is not null
            ? ReleaseVersions.Next(type, existing, released)
            : ReleaseVersions.Check(plan.Version, type, existing, faults);
        var title = Line(faults, "title", plan.Title, LongestTitle);
        var userValue = faults.Text("userValue", plan.UserValue, LongestUserValue, required: false);
        var (target, zone) = CheckTarget(plan.TargetDate, plan.Zone, now, faults);
        if (plan.Owner is null) faults.Add("ownerId", "is nobody who may sign in", null, "the id of an account");
        var issues = CheckIssues(plan.KnownIssues, faults);
        if (faults.Refused("release_invalid", "The release cannot be planned like this.", out var invalid)) return invalid;

        var release = new Release
        {
            Semver = version!.ToString(),
            Title = title,
            Type = type!.Key,
            State = Planned,
            StateSince = now,
            TargetDate = target,
            Zone = zone,
            OwnerId = plan.Owner!.Id,
            OwnerName = plan.Owner.Name,
            UserValue = userValue,
            KnownIssues = issues,
            ProcessVersion = process.Number,
            CreatedBy = actor.Name,
            CreatedAt = now,
        };
        return new Decision<Release>(
            release,
            [new ReleasePlanned(release.Semver, title, release.Type, target, zone, release.OwnerId, release.ProcessVersion)]);
    }

    /// <param name="owner">Null keeps the owner.</param>
    public static Outcome<Decision<Release>> Edit(
        this Release release, string? title, ReleaseOwner? owner, string? userValue, ImmutableArray<KnownIssue> issues, Actor actor)
    {
        if (actor.Lacks(Permission.EditReleases, "edit a release") is { } refusal) return refusal;
        if (release.State == Cancelled) return Refusal.Conflict("release_over", $"Release {release.Semver} is cancelled and stays as it is.");
        var faults = new InputFaults();
        var next = release with
        {
            Title = Line(faults, "title", title, LongestTitle),
            OwnerId = owner?.Id ?? release.OwnerId,
            OwnerName = owner?.Name ?? release.OwnerName,
            // Once it has left planned, the statement has to stay.
            UserValue = faults.Text("userValue", userValue, LongestUserValue, required: release.State != Planned),
            KnownIssues = CheckIssues(issues, faults),
        };
        if (faults.Refused("release_invalid", "The release cannot be kept like this.", out var invalid)) return invalid;
        string[] changed =
        [
            .. next.Title == release.Title ? [] : (string[])["title"],
            .. next.OwnerId == release.OwnerId ? [] : (string[])["owner"],
            .. next.UserValue == release.UserValue ? [] : (string[])["userValue"],
            .. next.KnownIssues.SequenceEqual(release.KnownIssues) ? [] : (string[])["knownIssues"],
        ];
        return new Decision<Release>(next, changed.Length == 0 ? [] : [new ReleaseEdited(release.Semver, changed)]);
    }

    public static Outcome<Decision<Release>> Reschedule(
        this Release release, DateOnly? target, string? zone, string? reason, Actor actor, DateTimeOffset now)
    {
        if (actor.Lacks(Permission.EditReleases, "move a release") is { } refusal) return refusal;
        if (release.IsOver) return Refusal.Conflict("release_over", $"Release {release.Semver} is {release.State.Word()}; its date no longer moves.");
        var faults = new InputFaults();
        var (day, place) = CheckTarget(target, zone ?? release.Zone, now, faults);
        var said = faults.Text("reason", reason, LongestReason);
        if (faults.Refused("date_invalid", "The release cannot be moved like this.", out var invalid)) return invalid;
        if (day == release.TargetDate && place == release.Zone)
            return Refusal.Conflict("date_same", $"Release {release.Semver} is already planned for {day:yyyy-MM-dd}.");
        return new Decision<Release>(
            release with { TargetDate = day, Zone = place },
            [new ReleaseRescheduled(release.Semver, release.TargetDate, day, release.Zone, place, said)]);
    }

    /// <summary>One step on the way, asked for by a person.</summary>
    /// <param name="verdict">Of the gate sets that guard this transition; passed where none does.</param>
    /// <param name="rollouts">All rollouts of the release.</param>
    public static Outcome<Decision<Release>> Transition(
        this Release release,
        ReleaseState to,
        string? reason,
        GateVerdict verdict,
        ImmutableArray<RolloutOfRelease> rollouts,
        Actor actor,
        DateTimeOffset now)
    {
        if (actor.Lacks(ReleaseTransitions.PermissionFor(to), $"take release {release.Semver} to {to.Word()}") is { } refusal) return refusal;
        var faults = new InputFaults();
        var said = to is Cancelled or RolledBack
            ? faults.Text("reason", reason, LongestReason)
            : faults.OptionalText("reason", reason, LongestReason);
        if (faults.Refused("reason_invalid", $"Taking a release to {to.Word()} needs a reason.", out var invalid)) return invalid;
        if (release.MayNotGo(to, verdict, rollouts) is { } obstacle) return obstacle;
        return release.Moved(to, said, now);
    }

    /// <summary>Everything but permission and words that stands in the way; the page shows it beside the button.</summary>
    public static Refusal? MayNotGo(this Release release, ReleaseState to, GateVerdict verdict, ImmutableArray<RolloutOfRelease> rollouts)
    {
        if (!ReleaseTransitions.From(release.State).Contains(to)) return Impossible(release, to);
        if (release.State == Planned && to == InDevelopment && release.UserValue.Length == 0)
        {
            var missing = new RefusalItem("User value", "nobody has said what users gain", null, "a statement of user value", Permission.EditReleases.Holders()[0].Title());
            return GatesOpen(release, to, verdict) is { } both
                ? both with { Title = both.Title.TrimEnd('.') + ", and nobody has said what users gain.", Items = both.Items.Insert(0, missing) }
                : new Refusal(RefusalKind.Conflict, "user_value_missing", $"Release {release.Semver} cannot leave planned without a statement of user value.") { Items = [missing] };
        }

        return ByRollouts(release, to, rollouts) ?? GatesOpen(release, to, verdict);
    }

    /// <summary>Its rollouts are all at 100 % and baked.</summary>
    public static Outcome<Decision<Release>> Complete(this Release release, Actor actor, DateTimeOffset now)
    {
        if (!actor.May(Permission.EditReleases) && actor.Lacks(Permission.RaiseExposure, $"complete release {release.Semver}") is { } refusal) return refusal;
        return release.State == RollingOut ? release.Moved(Completed, null, now) : Impossible(release, Completed);
    }

    /// <summary>One of its rollouts was rolled back.</summary>
    public static Outcome<Decision<Release>> RollBack(this Release release, string? reason, Actor actor, DateTimeOffset now)
    {
        if (!actor.May(Permission.EditReleases) && actor.Lacks(Permission.LowerExposure, $"roll back release {release.Semver}") is { } refusal) return refusal;
        var said = reason is { Length: > LongestReason } ? reason[..LongestReason] : reason;
        return release.State switch
        {
            RollingOut => release.Moved(RolledBack, said, now),
            RolledBack => new Decision<Release>(release, []),
            _ => Impossible(release, RolledBack),
        };
    }

    private static Decision<Release> Moved(this Release release, ReleaseState to, string? reason, DateTimeOffset now) => new(
        release with { State = to, StateSince = now },
        [to == Cancelled ? new ReleaseCancelled(release.Semver, release.State, reason!) : new ReleaseStateChanged(release.Semver, release.State, to, reason)]);

    private static Refusal Impossible(Release release, ReleaseState to)
    {
        var ways = ReleaseTransitions.From(release.State);
        return Refusal.Conflict(
            "transition_impossible",
            $"Release {release.Semver} is {release.State.Word()} and cannot go to {to.Word()}.",
            ways.IsEmpty ? "It has come to its end." : $"From here it can go to {string.Join(" or ", ways.Select(way => way.Word()))}.");
    }

    private static Refusal? ByRollouts(Release release, ReleaseState to, ImmutableArray<RolloutOfRelease> rollouts)
    {
        if (rollouts.IsEmpty || release.State != RollingOut) return null;
        var underWay = rollouts.Where(rollout => rollout.UnderWay).Select(rollout => new RefusalItem(rollout.Title, "is " + rollout.State)).ToImmutableArray();
        return to switch
        {
            Completed => Refusal.Conflict("completed_by_rollouts", $"Release {release.Semver} is completed by its rollouts, when each is at 100 % and has held there.") with { Items = underWay },
            RolledBack => Refusal.Conflict("rolled_back_by_rollouts", $"Release {release.Semver} is rolled back through its rollouts.", "Roll back the rollout: the release follows.") with { Items = underWay },
            Cancelled when !underWay.IsEmpty => Refusal.Conflict("rollout_under_way", $"Release {release.Semver} cannot be cancelled while users are being given it.", "Roll back its rollouts first.") with { Items = underWay },
            _ => null,
        };
    }

    private static Refusal? GatesOpen(Release release, ReleaseState to, GateVerdict verdict) =>
        verdict.Passed
            ? null
            : Refusal.Conflict(
                "gates_open",
                string.Create(CultureInfo.InvariantCulture, $"Release {release.Semver} cannot go from {release.State.Word()} to {to.Word()}: {verdict.Open.Length} gate {(verdict.Open.Length == 1 ? "item is" : "items are")} open."),
                "Each has to be passed or waived.") with
            {
                Items = [.. verdict.Open.Select(item => item.ToRefusalItem())],
            };

    private static (DateOnly Target, string Zone) CheckTarget(DateOnly? target, string? zone, DateTimeOffset now, InputFaults faults)
    {
        if (!ReleaseDay.IsZone(zone))
        {
            faults.Add("zone", "is not a time zone", zone is { Length: > 100 } ? zone[..100] : zone, "an IANA name such as Europe/Berlin");
            zone = "Etc/UTC";
        }

        var today = ReleaseDay.Of(now, zone!);
        if (target is not { } day) faults.Add("targetDate", "is missing", null, "a day such as 2026-12-01");
        else if (day < today) faults.Add("targetDate", "is in the past", day.ToString("O", CultureInfo.InvariantCulture), $"today ({today:yyyy-MM-dd}) or later");
        else if (day > today.AddYears(FurthestYears)) faults.Add("targetDate", "is too far ahead", day.ToString("O", CultureInfo.InvariantCulture), $"within {FurthestYears} years");
        return (target ?? today, zone!);
    }

    private static string Line(InputFaults faults, string place, string? text, int longest)
    {
        var line = faults.Text(place, text, longest);
        if (line.Contains('\n', StringComparison.Ordinal)) faults.Add(place, "has several lines", null, "one line");
        return line;
    }

    private static ImmutableArray<KnownIssue> CheckIssues(ImmutableArray<KnownIssue> issues, InputFaults faults)
    {
        if (issues.IsDefaultOrEmpty) return [];
        if (issues.Length > MostIssues)
        {
            faults.Add("knownIssues", "are too many", issues.Length.ToString(CultureInfo.InvariantCulture), $"up to {MostIssues}");
            return [];
        }

        return
        [
            .. issues.Select((issue, i) => new KnownIssue(
                faults.Text($"knownIssues[{i}].text", issue.Text, LongestIssue),
                string.IsNullOrWhiteSpace(issue.Link) ? null : faults.Link($"knownIssues[{i}].link", issue.Link))),
        ];
    }
}
