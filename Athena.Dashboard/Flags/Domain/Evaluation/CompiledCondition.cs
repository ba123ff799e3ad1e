using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain.Evaluation;

/// <summary>A condition made ready: texts as bytes, numbers, instants, versions and expressions read, segments found. Asking it allocates nothing.</summary>
internal abstract class CompiledCondition
{
    /// <exception cref="RegexMatchTimeoutException">An expression took too long over a value.</exception>
    public abstract bool Holds(EvaluationContext context);

    /// <param name="segmentOf">Null for a segment that is not there: it has no members.</param>
    public static CompiledCondition From(Condition condition, AttributeTable attributes, Func<string, CompiledSegment?> segmentOf) => condition switch
    {
        Condition.Clause clause => From(clause, attributes[clause.Attribute]),
        Condition.InSegment member => segmentOf(member.Segment) is { } segment ? new Member(segment) : new Some([]),
        Condition.All all => new Every(From(all.Conditions, attributes, segmentOf)),
        Condition.Any any => new Some(From(any.Conditions, attributes, segmentOf)),
        Condition.Not not => new None(From(not.Condition, attributes, segmentOf)),
        _ => throw new ArgumentOutOfRangeException(nameof(condition), condition, null),
    };

    public static CompiledCondition[] From(ImmutableArray<Condition> conditions, AttributeTable attributes, Func<string, CompiledSegment?> segmentOf) =>
        [.. conditions.Select(condition => From(condition, attributes, segmentOf))];

    public static bool AllHold(CompiledCondition[] conditions, EvaluationContext context)
    {
        foreach (var condition in conditions)
        {
            if (!condition.Holds(context)) return false;
        }

        return true;
    }

    private static CompiledCondition From(Condition.Clause clause, int attribute) => clause.Operator switch
    {
        ClauseOperator.In => new OneOf(attribute, new Utf8Set(clause.Values)),
        ClauseOperator.StartsWith => new Affix(attribute, Bytes(clause), static (text, affix) => text.StartsWith(affix)),
        ClauseOperator.EndsWith => new Affix(attribute, Bytes(clause), static (text, affix) => text.EndsWith(affix)),
        ClauseOperator.Contains => new Affix(attribute, Bytes(clause), static (text, affix) => text.IndexOf(affix) >= 0),
        ClauseOperator.Matches => new Pattern(attribute, [.. clause.Values.Select(BoundedRegex.Of)]),
        ClauseOperator.Exists => new Present(attribute),
        _ when clause.Operator.IsNumber() => new Number(attribute, clause.Operator, [.. clause.Values.Select(value => ConditionRules.TryNumber(value, out var number) ? number : double.NaN)]),
        _ when clause.Operator.IsDate() => new Instant(attribute, clause.Operator == ClauseOperator.DateBefore, IsoInstant.TryParse(Bytes(clause)[0], out var ticks) ? ticks : throw new FormatException($"{clause} names no instant.")),
        _ => new Release(attribute, clause.Operator, Bytes(clause)),
    };

    private static byte[][] Bytes(Condition.Clause clause) => [.. clause.Values.Select(Encoding.UTF8.GetBytes)];

    private delegate bool Fits(ReadOnlySpan<byte> text, ReadOnlySpan<byte> affix);

    private sealed class OneOf(int attribute, Utf8Set values) : CompiledCondition
    {
        public override bool Holds(EvaluationContext context) => context.IsAnyOf(attribute, values);
    }

    private sealed class Present(int attribute) : CompiledCondition
    {
        public override bool Holds(EvaluationContext context) => context.Has(attribute);
    }

    private sealed class Affix(int attribute, byte[][] values, Fits fits) : CompiledCondition
    {
        public override bool Holds(EvaluationContext context)
        {
            for (int i = 0, count = context.CountOf(attribute); i < count; i++)
            {
                var text = context.TextAt(attribute, i);
                foreach (var value in values)
                {
                    if (fits(text, value)) return true;
                }
            }

            return false;
        }
    }

    private sealed class Pattern(int attribute, Regex[] patterns) : CompiledCondition
    {
        public override bool Holds(EvaluationContext context)
        {
            for (int i = 0, count = context.CountOf(attribute); i < count; i++)
            {
                if (!context.TryCharactersAt(attribute, i, out var text)) continue;
                foreach (var pattern in patterns)
                {
                    if (Matches(pattern, text)) return true;
                }
            }

            return false;
        }

        // A thread that was not run for a while looks like a match that takes long: it gets a second try.
        private static bool Matches(Regex pattern, ReadOnlySpan<char> text)
        {
            try
            {
                return pattern.IsMatch(text);
            }
            catch (RegexMatchTimeoutException)
            {
                return pattern.IsMatch(text);
            }
        }
    }

    private sealed class Number(int attribute, ClauseOperator with, double[] values) : CompiledCondition
    {
        public override bool Holds(EvaluationContext context)
        {
            for (int i = 0, count = context.CountOf(attribute); i < count; i++)
            {
                if (!context.TryNumberAt(attribute, i, out var number)) continue;
                foreach (var value in values)
                {
                    if (Compare(number, value)) return true;
                }
            }

            return false;
        }

        private bool Compare(double number, double value) => with switch
        {
            ClauseOperator.NumberEquals => number == value,
            ClauseOperator.NumberBelow => number < value,
            ClauseOperator.NumberAtMost => number <= value,
            ClauseOperator.NumberAbove => number > value,
            _ => number >= value,
        };
    }

    private sealed class Instant(int attribute, bool before, long ticks) : CompiledCondition
    {
        public override bool Holds(EvaluationContext context)
        {
            for (int i = 0, count = context.CountOf(attribute); i < count; i++)
            {
                if (IsoInstant.TryParse(context.TextAt(attribute, i), out var at) && at < ticks == before) return true;
            }

            return false;
        }
    }

    private sealed class Release(int attribute, ClauseOperator with, byte[][] values) : CompiledCondition
    {
        public override bool Holds(EvaluationContext context)
        {
            for (int i = 0, count = context.CountOf(attribute); i < count; i++)
            {
                if (!Utf8Version.TryParse(context.TextAt(attribute, i), out var version)) continue;
                foreach (var value in values)
                {
                    if (Utf8Version.TryParse(value, out var other) && Compare(version.PrecedenceOver(other))) return true;
                }
            }

            return false;
        }

        private bool Compare(int order) => with switch
        {
            ClauseOperator.VersionEquals => order == 0,
            ClauseOperator.VersionBelow => order < 0,
            ClauseOperator.VersionAtMost => order <= 0,
            ClauseOperator.VersionAbove => order > 0,
            _ => order >= 0,
        };
    }

    private sealed class Member(CompiledSegment segment) : CompiledCondition
    {
        public override bool Holds(EvaluationContext context) => segment.Contains(context);
    }

    private sealed class Every(CompiledCondition[] parts) : CompiledCondition
    {
        public override bool Holds(EvaluationContext context) => AllHold(parts, context);
    }

    private sealed class Some(CompiledCondition[] parts) : CompiledCondition
    {
        public override bool Holds(EvaluationContext context)
        {
            foreach (var part in parts)
            {
                if (part.Holds(context)) return true;
            }

            return false;
        }
    }

    private sealed class None(CompiledCondition part) : CompiledCondition
    {
        public override bool Holds(EvaluationContext context) => !part.Holds(context);
    }
}

/// <summary>A segment made ready. Whether a user is in it is found out once, however many flags ask.</summary>
internal sealed class CompiledSegment(Segment source, int number, CompiledCondition[] conditions)
{
    private const byte Inside = 1;
    private const byte Outside = 2;

    public Segment Source => source;

    public int Number => number;

    public bool Contains(EvaluationContext context)
    {
        ref var known = ref context.Memberships[number];
        if (known == 0) known = CompiledCondition.AllHold(conditions, context) ? Inside : Outside;
        return known == Inside;
    }
}
