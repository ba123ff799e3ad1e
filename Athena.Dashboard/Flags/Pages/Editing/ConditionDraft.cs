using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain.Targeting;

namespace Athena.Dashboard.Flags.Pages.Editing;

public enum ConditionForm
{
    /// <summary>Asks one attribute.</summary>
    Clause,
    Segment,
    All,
    Any,
}

/// <summary>A condition while somebody writes it: it may be half finished, and it keeps its identity while it changes.</summary>
public sealed class ConditionDraft
{
    public ConditionForm Form { get; set; }

    /// <summary>How many times "not" stands before it: what came with two keeps them.</summary>
    public int Negations { get; private set; }

    public bool IsNegated => Negations % 2 == 1;

    public string Attribute { get; set; } = "";

    public ClauseOperator Operator { get; set; }

    public ImmutableArray<string> Values { get; set; } = [];

    public string Segment { get; set; } = "";

    /// <summary>Of <see cref="ConditionForm.All"/> and <see cref="ConditionForm.Any"/>.</summary>
    public List<ConditionDraft> Inside { get; } = [];

    /// <summary>Just added, and not yet looked at: it takes the focus when it is drawn.</summary>
    public bool IsFresh { get; set; }

    public bool IsGroup => Form is ConditionForm.All or ConditionForm.Any;

    public static ConditionDraft Fresh(ConditionForm form) => new() { Form = form, IsFresh = true };

    public static ConditionDraft Of(Condition condition)
    {
        switch (condition)
        {
            case Condition.Not not:
                var negated = Of(not.Condition);
                negated.Negations++;
                return negated;
            case Condition.Clause clause:
                return new() { Form = ConditionForm.Clause, Attribute = clause.Attribute, Operator = clause.Operator, Values = clause.Values };
            case Condition.InSegment member:
                return new() { Form = ConditionForm.Segment, Segment = member.Segment };
            case Condition.All all:
                return Group(ConditionForm.All, all.Conditions);
            case Condition.Any any:
                return Group(ConditionForm.Any, any.Conditions);
            default:
                throw new ArgumentOutOfRangeException(nameof(condition), condition, null);
        }
    }

    public void Negate() => Negations = Negations > 0 ? Negations - 1 : 1;

    public Condition ToCondition()
    {
        Condition condition = Form switch
        {
            ConditionForm.Clause => new Condition.Clause(Attribute.Trim(), Operator, Operator == ClauseOperator.Exists ? [] : Values),
            ConditionForm.Segment => new Condition.InSegment(Segment),
            ConditionForm.All => new Condition.All(Made(Inside)),
            ConditionForm.Any => new Condition.Any(Made(Inside)),
            _ => throw new InvalidOperationException($"There is no form {Form}."),
        };
        for (var i = 0; i < Negations; i++) condition = new Condition.Not(condition);
        return condition;
    }

    /// <summary>Where a refusal names this condition itself, given where it names the list's element.</summary>
    public string PlaceIn(string element) => element + string.Concat(Enumerable.Repeat(".not", Negations));

    public static ImmutableArray<Condition> Made(IEnumerable<ConditionDraft> drafts) => [.. drafts.Select(draft => draft.ToCondition())];

    private static ConditionDraft Group(ConditionForm form, ImmutableArray<Condition> conditions)
    {
        var draft = new ConditionDraft { Form = form };
        draft.Inside.AddRange(conditions.Select(Of));
        return draft;
    }
}
