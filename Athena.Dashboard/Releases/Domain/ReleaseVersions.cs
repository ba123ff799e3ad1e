using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Releases.Domain;

/// <summary>Which version a release of a type may have, and which one it would have by habit.</summary>
public static class ReleaseVersions
{
    /// <summary>
    /// The next free version of a type. Major and minor follow the highest version there is; a patch follows the
    /// highest that is with users (<paramref name="released"/>), because that is what it repairs.
    /// </summary>
    /// <param name="existing">All versions ever used, cancelled ones included: a name is not used twice.</param>
    /// <param name="released">Those that are rolling out or completed.</param>
    public static SemanticVersion Next(ReleaseType type, IReadOnlyCollection<SemanticVersion> existing, IReadOnlyCollection<SemanticVersion> released)
    {
        var highest = existing.Max() ?? new SemanticVersion(0, 0, 0);
        // 2.0.0-rc.1 comes before 2.0.0, so 2.0.0 itself is still to come.
        if (highest.PreRelease.Length > 0 && type.Bump != VersionBump.Patch && Fits(highest with { PreRelease = "" }, type))
            return highest with { PreRelease = "" };
        return type.Bump switch
        {
            VersionBump.Major => new SemanticVersion(highest.Major + 1, 0, 0),
            VersionBump.Minor => new SemanticVersion(highest.Major, highest.Minor + 1, 0),
            _ => NextPatch(released.Max() ?? highest, existing),
        };
    }

    /// <summary>Notes what is wrong with a version for a new release of the type.</summary>
    /// <returns>The version, or null when there was a fault.</returns>
    public static SemanticVersion? Check(string? text, ReleaseType? type, IReadOnlyCollection<SemanticVersion> existing, InputFaults faults)
    {
        const string place = "version";
        if (text is null or { Length: > 100 } || !SemanticVersion.TryParse(text.Trim(), out var version) || version is null)
        {
            faults.Add(place, "is not a semantic version", text is { Length: > 100 } ? text[..100] + "…" : text, "three numbers such as 1.2.0 (semver.org)");
            return null;
        }

        if (version.Build.Length > 0)
            faults.Add(place, "carries build metadata, which does not tell versions apart", version.ToString(), (version with { Build = "" }).ToString());
        else if (type is not null && !Fits(version, type))
            faults.Add(place, $"is not the version of a {type.Title.ToLowerInvariant()}", version.ToString(), type.VersionPattern + Zeroes(type));
        else if (existing.Any(other => other.CompareTo(version) == 0))
            faults.Add(place, "is taken by another release", version.ToString(), "a version that was never used");
        else return version;
        return null;
    }

    private static SemanticVersion NextPatch(SemanticVersion basis, IReadOnlyCollection<SemanticVersion> existing)
    {
        var proposed = basis with { Patch = basis.Patch + (basis is { PreRelease.Length: > 0, Patch: > 0 } ? 0 : 1), PreRelease = "" };
        while (existing.Any(version => version.CompareTo(proposed) == 0)) proposed = proposed with { Patch = proposed.Patch + 1 };
        return proposed;
    }

    private static bool Fits(SemanticVersion version, ReleaseType type) => type.Bump switch
    {
        VersionBump.Major => version is { Major: > 0, Minor: 0, Patch: 0 },
        VersionBump.Minor => version is { Minor: > 0, Patch: 0 },
        _ => version.Patch > 0,
    };

    private static string Zeroes(ReleaseType type) => type.Bump switch
    {
        VersionBump.Major => " with X from 1",
        VersionBump.Minor => " with Y from 1",
        _ => " with Z from 1",
    };
}
