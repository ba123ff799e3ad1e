using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;

namespace Athena.Dashboard.Flags.Domain;

/// <summary>Where a flag is on its way from the first line of code that asks for it to the last.</summary>
public enum FlagStage
{
    /// <summary>It belongs to no release, or is no release flag, and is to go some day.</summary>
    Temporary,

    /// <summary>Its release is on its way.</summary>
    Prepared,
    RollingOut,
    RolledBack,

    /// <summary>Its release is completed or cancelled: it decides nothing any more.</summary>
    DueForRemoval,

    /// <summary>It stays.</summary>
    Permanent,
}

/// <summary>A line of code that names a flag.</summary>
/// <param name="Line">From 1.</param>
public sealed record CodeReference(string FlagKey, string Path, int Line, string Text);

/// <summary>What a search of a repository found.</summary>
public sealed record CodeScan
{
    /// <summary>Name of the repository; a later scan of the same replaces this.</summary>
    public required string Repository { get; init; }

    /// <summary>The commit that was searched.</summary>
    public required string Commit { get; set; }

    public required DateTimeOffset At { get; set; }

    public required ImmutableArray<CodeReference> References { get; set; }
}

/// <param name="Detail">What is left to do, or how it was found done.</param>
public sealed record RemovalStep(string Title, bool IsDone, string Detail);

public static class FlagLifecycle
{
    /// <param name="release">The release that owns it; null when there is none, or none that is known.</param>
    public static FlagStage StageOf(Flag flag, FlagRelease? release)
    {
        if (flag.Permanent || flag.Kind == FlagKind.Operational) return FlagStage.Permanent;
        if (flag.Kind != FlagKind.Release) return FlagStage.Temporary;
        return release?.State switch
        {
            FlagReleaseState.OnItsWay => FlagStage.Prepared,
            FlagReleaseState.RollingOut => FlagStage.RollingOut,
            FlagReleaseState.RolledBack => FlagStage.RolledBack,
            FlagReleaseState.Completed or FlagReleaseState.Cancelled => FlagStage.DueForRemoval,
            _ => FlagStage.Temporary,
        };
    }

    /// <summary>Whether nobody has asked for a flag for so long.</summary>
    /// <param name="last">When it was last evaluated; null where that never was noticed.</param>
    /// <param name="watchedSince">Since when evaluations are noticed: before that nobody knows.</param>
    public static bool IsUnused(Flag flag, DateTimeOffset? last, DateTimeOffset watchedSince, TimeSpan time, DateTimeOffset now)
    {
        var since = flag.CreatedAt > watchedSince ? flag.CreatedAt : watchedSince;
        return now - (last > since ? last.Value : since) >= time;
    }

    /// <summary>What removing a flag takes, in the order in which it is done.</summary>
    /// <param name="neededBy">Flags that have it as a prerequisite, each with its environment.</param>
    /// <param name="scans">The last search of each repository.</param>
    public static ImmutableArray<RemovalStep> Removal(
        Flag flag, IReadOnlyList<FlagEnvironment> settings, FlagRelease? release, IReadOnlyCollection<string> neededBy, IReadOnlyCollection<CodeScan> scans)
    {
        var places = scans.Sum(scan => scan.References.Count(reference => reference.FlagKey == flag.Key));
        var owned = settings.Where(setting => setting.RolloutId is not null).Select(setting => setting.Environment).ToList();
        var on = settings.Where(setting => setting.Enabled || setting.EnableAt is not null).Select(setting => setting.Environment).ToList();
        return
        [
            new(
                "Its release is over",
                release is { State: FlagReleaseState.Completed or FlagReleaseState.Cancelled },
                release is null ? flag.ReleaseId is { } id ? $"There is no release {id}." : "It belongs to no release." : $"{release.Id} is {Words(release.State)}."),
            new("No rollout drives it", owned.Count == 0, owned.Count == 0 ? "None does." : $"One does in {string.Join(" and ", owned)}."),
            new(
                "No code asks for it",
                scans.Count > 0 && places == 0,
                scans.Count == 0 ? "No repository has been searched yet: configure its directory, or run 'flags references DIRECTORY'."
                    : places == 0 ? $"Searched: {string.Join(", ", scans.Select(scan => $"{scan.Repository} at {scan.Commit[..Math.Min(8, scan.Commit.Length)]}"))}."
                    : $"{places} {(places == 1 ? "place is" : "places are")} left."),
            new("No other flag needs it", neededBy.Count == 0, neededBy.Count == 0 ? "None does." : $"Needed by {string.Join(", ", neededBy)}."),
            new("It is off everywhere", on.Count == 0, on.Count == 0 ? "It is; delete it now." : $"On in {string.Join(", ", on)}. Switch it off when the code is out."),
        ];
    }

    private static string Words(FlagReleaseState state) => state switch
    {
        FlagReleaseState.OnItsWay => "on its way",
        FlagReleaseState.RollingOut => "rolling out",
        FlagReleaseState.RolledBack => "rolled back",
        FlagReleaseState.Completed => "completed",
        FlagReleaseState.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
