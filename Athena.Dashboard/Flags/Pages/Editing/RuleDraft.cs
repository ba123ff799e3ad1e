using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain.Targeting;

namespace Athena.Dashboard.Flags.Pages.Editing;

/// <summary>A rule while somebody writes it.</summary>
public sealed class RuleDraft
{
    public string Name { get; set; } = "";

    public List<ConditionDraft> Conditions { get; } = [];

    public required ServingDraft Serve { get; init; }

    /// <summary>Just added: it takes the focus when it is drawn.</summary>
    public bool IsFresh { get; set; }

    public static RuleDraft Of(FlagRule rule)
    {
        var draft = new RuleDraft { Name = rule.Name, Serve = ServingDraft.Of(rule.Serve) };
        draft.Conditions.AddRange(rule.Conditions.Select(ConditionDraft.Of));
        return draft;
    }

    public FlagRule ToRule() => new(Name.Trim(), ConditionDraft.Made(Conditions), Serve.ToServing());
}

/// <summary>A prerequisite while somebody writes it.</summary>
public sealed class PrerequisiteDraft
{
    public string Flag { get; set; } = "";

    public string Variant { get; set; } = Domain.Variant.On;

    public Prerequisite ToPrerequisite() => new(Flag.Trim(), Variant);
}
