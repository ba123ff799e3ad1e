using System.Collections.Immutable;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Process.Pages;

/// <summary>The six lists side by side.</summary>
public sealed partial class RulesSection
{
    [Parameter, EditorRequired]
    public required ImmutableArray<RuleList> Lists { get; set; }

    // What the rule's own text does not say.
    private static string Notes(RuleList list, MetricRule rule) => string.Join(" · ", ((string?[])
    [
        rule.Says is { } says ? $"“{says}”" : null,
        rule.Severity is { } severity ? $"{severity} alert" : null,
        rule.Action is { } action && action != list.DefaultAction ? action.Phrase() : null,
    ]).OfType<string>());
}
