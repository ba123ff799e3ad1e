using System.Globalization;
using System.Text.RegularExpressions;

namespace Athena.Dashboard.Platform.Kernel;

/// <summary>A version of SemVer 2.0.0; ordered by precedence (section 11), build metadata kept but not compared.</summary>
public sealed partial record SemanticVersion(int Major, int Minor, int Patch, string PreRelease = "", string Build = "")
    : IComparable<SemanticVersion>, IComparable
{
    /// <summary>Accepts a leading <c>v</c>, which is a habit of tags and not part of the version.</summary>
    public static bool TryParse(string? text, out SemanticVersion? version)
    {
        version = null;
        var match = Pattern().Match(text ?? "");
        if (!match.Success
            || !int.TryParse(match.Groups["major"].ValueSpan, CultureInfo.InvariantCulture, out var major)
            || !int.TryParse(match.Groups["minor"].ValueSpan, CultureInfo.InvariantCulture, out var minor)
            || !int.TryParse(match.Groups["patch"].ValueSpan, CultureInfo.InvariantCulture, out var patch))
            return false;
        version = new SemanticVersion(major, minor, patch, match.Groups["pre"].Value, match.Groups["build"].Value);
        return true;
    }

    public int CompareTo(SemanticVersion? other)
    {
        if (other is null) return 1;
        var byNumbers = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        return byNumbers != 0 ? byNumbers : ComparePreRelease(PreRelease, other.PreRelease);
    }

    int IComparable.CompareTo(object? obj) => CompareTo((SemanticVersion?)obj);

    public override string ToString() =>
        FormattableString.Invariant($"{Major}.{Minor}.{Patch}")
        + (PreRelease.Length > 0 ? "-" + PreRelease : "")
        + (Build.Length > 0 ? "+" + Build : "");

    public static bool operator <(SemanticVersion left, SemanticVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(SemanticVersion left, SemanticVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(SemanticVersion left, SemanticVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(SemanticVersion left, SemanticVersion right) => left.CompareTo(right) >= 0;

    private static int ComparePreRelease(string left, string right)
    {
        if (left == right) return 0;
        if (left.Length == 0) return 1;
        if (right.Length == 0) return -1;
        var (lefts, rights) = (left.Split('.'), right.Split('.'));
        for (var i = 0; i < Math.Min(lefts.Length, rights.Length); i++)
        {
            var (leftIsNumber, rightIsNumber) = (lefts[i].All(char.IsAsciiDigit), rights[i].All(char.IsAsciiDigit));
            var order = (leftIsNumber, rightIsNumber) switch
            {
                (true, true) => CompareNumbers(lefts[i], rights[i]),
                (true, false) => -1,
                (false, true) => 1,
                _ => string.CompareOrdinal(lefts[i], rights[i]),
            };
            if (order != 0) return order;
        }

        return lefts.Length.CompareTo(rights.Length);
    }

    // Numeric identifiers have no leading zero and no bound, so the longer one is the larger one.
    private static int CompareNumbers(string left, string right) =>
        left.Length != right.Length ? left.Length.CompareTo(right.Length) : string.CompareOrdinal(left, right);

    [GeneratedRegex(
        @"\Av?(?<major>0|[1-9][0-9]*)\.(?<minor>0|[1-9][0-9]*)\.(?<patch>0|[1-9][0-9]*)(?:-(?<pre>(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+(?<build>[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
