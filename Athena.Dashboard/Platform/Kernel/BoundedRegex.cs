using System.Text.RegularExpressions;

namespace Athena.Dashboard.Platform.Kernel;

/// <summary>Regular expressions of people, which may neither stall a server nor be thrown out of step by one that is busy.</summary>
public static class BoundedRegex
{
    /// <summary>How long an expression may look at one value, in wall-clock time.</summary>
    public static readonly TimeSpan LongestMatch = TimeSpan.FromMilliseconds(50);

    private const int LongestLinear = 64;

    /// <summary>
    /// An expression without look-around, back-references and atomic groups. A short one without counted repetitions is
    /// matched in time linear to the value. The automaton of any other can grow beyond all bounds, and the matcher looks
    /// at no clock while it builds one: those are matched with backtracking, which keeps its limit of time.
    /// </summary>
    /// <exception cref="ArgumentException">Not a regular expression.</exception>
    /// <exception cref="NotSupportedException">It looks around or back.</exception>
    public static Regex Of(string pattern)
    {
        var linear = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, LongestMatch);
        return pattern.Length <= LongestLinear && !pattern.Contains('{', StringComparison.Ordinal)
            ? linear
            : new Regex(pattern, RegexOptions.CultureInvariant, LongestMatch);
    }
}
