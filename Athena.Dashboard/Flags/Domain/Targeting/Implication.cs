using System.Collections.Immutable;
using System.Text;
using Athena.Dashboard.Flags.Domain.Evaluation;

namespace Athena.Dashboard.Flags.Domain.Targeting;

/// <summary>
/// Whether one condition holds wherever another does, by their form alone. Yes is certain; no means that it could not
/// be shown.
/// </summary>
public sealed class Implication
{
    // Forms nested against each other could be compared for ever.
    private int stepsLeft = 20_000;

    /// <summary>All of <paramref name="narrow"/> together imply each of <paramref name="wide"/>.</summary>
    public static bool Holds(ImmutableArray<Condition> narrow, ImmutableArray<Condition> wide) =>
        new Implication().Implies(new Condition.All(narrow), new Condition.All(wide));

    private bool Implies(Condition narrow, Condition wide)
    {
        if (--stepsLeft < 0) return false;
        if (narrow == wide) return true;
        if (wide is Condition.All everyOne) return everyOne.Conditions.All(part => Implies(narrow, part));
        if (narrow is Condition.Any anyOne) return anyOne.Conditions.All(part => Implies(part, wide));
        if (wide is Condition.Any one && one.Conditions.Any(part => Implies(narrow, part))) return true;
        if (narrow is Condition.All some && some.Conditions.Any(part => Implies(part, wide))) return true;
        return (narrow, wide) switch
        {
            (Condition.Not left, Condition.Not right) => Implies(right.Condition, left.Condition),
            (Condition.Clause left, Condition.Clause right) => left.Attribute == right.Attribute && Implies(left, right),
            _ => false,
        };
    }

    private static bool Implies(Condition.Clause narrow, Condition.Clause wide)
    {
        if (wide.Operator == ClauseOperator.Exists) return true;
        if (narrow.Operator == wide.Operator && narrow.Operator.TakesSeveral()) return narrow.Values.All(value => wide.Values.Contains(value, StringComparer.Ordinal));
        if (narrow.Values is not [var left] || wide.Values is not [var right]) return false;
        // Of a list, the same element that fits the narrow one fits the wide one.
        return (narrow.Operator, wide.Operator) switch
        {
            (ClauseOperator.NumberBelow, ClauseOperator.NumberBelow or ClauseOperator.NumberAtMost) or (ClauseOperator.NumberAtMost, ClauseOperator.NumberAtMost) => Compare(Number, left, right) <= 0,
            (ClauseOperator.NumberAtMost, ClauseOperator.NumberBelow) => Compare(Number, left, right) < 0,
            (ClauseOperator.NumberAbove, ClauseOperator.NumberAbove or ClauseOperator.NumberAtLeast) or (ClauseOperator.NumberAtLeast, ClauseOperator.NumberAtLeast) => Compare(Number, left, right) >= 0,
            (ClauseOperator.NumberAtLeast, ClauseOperator.NumberAbove) => Compare(Number, left, right) > 0,
            (ClauseOperator.DateBefore, ClauseOperator.DateBefore) => Compare(Instant, left, right) <= 0,
            (ClauseOperator.DateNotBefore, ClauseOperator.DateNotBefore) => Compare(Instant, left, right) >= 0,
            (ClauseOperator.VersionBelow, ClauseOperator.VersionBelow or ClauseOperator.VersionAtMost) or (ClauseOperator.VersionAtMost, ClauseOperator.VersionAtMost) => Versions(left, right) <= 0,
            (ClauseOperator.VersionAtMost, ClauseOperator.VersionBelow) => Versions(left, right) < 0,
            (ClauseOperator.VersionAbove, ClauseOperator.VersionAbove or ClauseOperator.VersionAtLeast) or (ClauseOperator.VersionAtLeast, ClauseOperator.VersionAtLeast) => Versions(left, right) >= 0,
            (ClauseOperator.VersionAtLeast, ClauseOperator.VersionAbove) => Versions(left, right) > 0,
            _ => false,
        };
    }

    private static int? Compare<T>(Func<string, T?> read, string left, string right)
        where T : struct, IComparable<T> => read(left) is { } first && read(right) is { } second ? first.CompareTo(second) : null;

    private static double? Number(string text) => ConditionRules.TryNumber(text, out var number) ? number : null;

    private static long? Instant(string text) => IsoInstant.TryParse(Encoding.UTF8.GetBytes(text), out var ticks) ? ticks : null;

    private static int? Versions(string left, string right) =>
        Utf8Version.TryParse(Encoding.UTF8.GetBytes(left), out var first) && Utf8Version.TryParse(Encoding.UTF8.GetBytes(right), out var second) ? first.PrecedenceOver(second) : null;
}
