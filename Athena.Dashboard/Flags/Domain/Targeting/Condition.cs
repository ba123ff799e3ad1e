using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Athena.Dashboard.Flags.Domain.Targeting;

/// <summary>
/// Something that holds for a context or does not: a <see cref="Clause"/> on one attribute, membership of a segment,
/// or and, or, not over others. Its JSON is <see cref="ConditionJson"/>'s.
/// </summary>
[JsonConverter(typeof(ConditionJson))]
public abstract record Condition
{
    private Condition()
    {
    }

    /// <summary>The attribute is one of the values.</summary>
    public static Clause Is(string attribute, params ImmutableArray<string> values) => new(attribute, ClauseOperator.In, values);

    /// <summary>This condition and all inside it.</summary>
    public IEnumerable<Condition> Everything()
    {
        yield return this;
        var inside = this switch
        {
            All all => all.Conditions,
            Any any => any.Conditions,
            Not not => [not.Condition],
            _ => [],
        };
        foreach (var deeper in inside.SelectMany(condition => condition.Everything())) yield return deeper;
    }

    /// <summary>Asks one attribute. Of a list, one element that fits is enough; a missing attribute never fits.</summary>
    /// <param name="Values">One that fits is enough; none for <see cref="ClauseOperator.Exists"/>.</param>
    public sealed record Clause(string Attribute, ClauseOperator Operator, ImmutableArray<string> Values) : Condition
    {
        public bool Equals(Clause? other) =>
            other is not null && other.Attribute == Attribute && other.Operator == Operator && other.Values.SequenceEqual(Values, StringComparer.Ordinal);

        public override int GetHashCode() => HashCode.Combine(Attribute, Operator, Values.Length);

        public override string ToString() => Operator == ClauseOperator.Exists ? $"{Attribute} is there" : $"{Attribute} {Operator.Words()} {string.Join(" or ", Values)}";
    }

    /// <summary>Holds when the segment's own conditions do.</summary>
    public sealed record InSegment(string Segment) : Condition
    {
        public override string ToString() => $"in the segment {Segment}";
    }

    /// <summary>And.</summary>
    public sealed record All(ImmutableArray<Condition> Conditions) : Condition
    {
        public bool Equals(All? other) => other is not null && other.Conditions.SequenceEqual(Conditions);

        public override int GetHashCode() => HashCode.Combine(1, Conditions.Length);

        public override string ToString() => $"({string.Join(" and ", Conditions)})";
    }

    /// <summary>Or.</summary>
    public sealed record Any(ImmutableArray<Condition> Conditions) : Condition
    {
        public bool Equals(Any? other) => other is not null && other.Conditions.SequenceEqual(Conditions);

        public override int GetHashCode() => HashCode.Combine(2, Conditions.Length);

        public override string ToString() => $"({string.Join(" or ", Conditions)})";
    }

    /// <summary>Holds when the other does not, also when it does not for want of an attribute.</summary>
    public sealed record Not(Condition Condition) : Condition
    {
        public override string ToString() => $"not {Condition}";
    }
}

/// <summary>How a clause compares. Each works on one type of value; a value of another type does not fit.</summary>
public enum ClauseOperator
{
    /// <summary>The same text; numbers and booleans count as the text that they were written as.</summary>
    In,
    StartsWith,
    EndsWith,
    Contains,

    /// <summary>A regular expression without look-around and back-references, with a limit of time for each value.</summary>
    Matches,

    /// <summary>The attribute is there and not null, whatever its value.</summary>
    Exists,

    /// <summary>JSON numbers only.</summary>
    NumberEquals,
    NumberBelow,
    NumberAtMost,
    NumberAbove,
    NumberAtLeast,

    /// <summary>ISO 8601 instants with an offset; a date alone is its midnight in UTC.</summary>
    DateBefore,
    DateNotBefore,

    /// <summary>SemVer 2.0.0 by precedence; a leading <c>v</c> is accepted.</summary>
    VersionEquals,
    VersionBelow,
    VersionAtMost,
    VersionAbove,
    VersionAtLeast,
}

public static class ClauseOperatorWords
{
    public static string Words(this ClauseOperator with) => with switch
    {
        ClauseOperator.In => "is",
        ClauseOperator.StartsWith => "starts with",
        ClauseOperator.EndsWith => "ends with",
        ClauseOperator.Contains => "contains",
        ClauseOperator.Matches => "matches",
        ClauseOperator.Exists => "is there",
        ClauseOperator.NumberEquals => "=",
        ClauseOperator.NumberBelow => "<",
        ClauseOperator.NumberAtMost => "≤",
        ClauseOperator.NumberAbove => ">",
        ClauseOperator.NumberAtLeast => "≥",
        ClauseOperator.DateBefore => "is before",
        ClauseOperator.DateNotBefore => "is not before",
        ClauseOperator.VersionEquals => "is version",
        ClauseOperator.VersionBelow => "is a version below",
        ClauseOperator.VersionAtMost => "is a version up to",
        ClauseOperator.VersionAbove => "is a version above",
        ClauseOperator.VersionAtLeast => "is a version from",
        _ => throw new ArgumentOutOfRangeException(nameof(with), with, null),
    };

    /// <summary>Whether several values make sense: one that fits is enough.</summary>
    public static bool TakesSeveral(this ClauseOperator with) => with <= ClauseOperator.Matches || with is ClauseOperator.NumberEquals or ClauseOperator.VersionEquals;

    public static bool IsNumber(this ClauseOperator with) => with is >= ClauseOperator.NumberEquals and <= ClauseOperator.NumberAtLeast;

    public static bool IsDate(this ClauseOperator with) => with is ClauseOperator.DateBefore or ClauseOperator.DateNotBefore;

    public static bool IsVersion(this ClauseOperator with) => with >= ClauseOperator.VersionEquals;
}
