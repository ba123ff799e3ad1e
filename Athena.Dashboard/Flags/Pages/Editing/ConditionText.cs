using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain.Targeting;

namespace Athena.Dashboard.Flags.Pages.Editing;

internal static class ConditionText
{
    /// <summary>An operator as the list of operators says it.</summary>
    public static string Words(ClauseOperator with) => with switch
    {
        ClauseOperator.In => "is one of",
        ClauseOperator.Matches => "matches the pattern",
        _ => with.Words(),
    };

    /// <summary>Values written one on each line.</summary>
    public static ImmutableArray<string> Lines(string? text) =>
        [.. (text ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];
}
