using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Rollouts.Pages;

/// <summary>Rules with what was observed, what it takes to decide, and the verdict.</summary>
public sealed partial class RuleTable
{
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    [Parameter, EditorRequired]
    public required Rollout Rollout { get; set; }

    [Parameter, EditorRequired]
    public required IEnumerable<JudgedRule> Rules { get; set; }

    [Parameter]
    public ImmutableArray<RuleVerdict> Verdicts { get; set; } = [];

    /// <summary>Names the list and the action of each rule.</summary>
    [Parameter]
    public bool ShowList { get; set; }

    [Inject]
    private IProcessCatalog Processes { get; set; } = default!;

    private IEnumerable<Row> Rows => Rules.Select(rule => new Row(rule, Verdicts.Of(rule)));

    private MetricUnit UnitOf(JudgedRule rule) => Processes.Current.Document.Metrics.Resolve(rule.Rule.Metric)?.Unit ?? MetricUnit.Count;

    private bool Stands(Row row) =>
        Rollout.Terms.StandsAtWhole(row.Rule.Rule, Rollout.CurrentStep) && Rollout.Standing.Contains(row.Rule.Rule.Text) && row.Rule.List == RuleListNames.StageCriteria;

    private string ActionWord(JudgedRule rule) => RolloutPhrases.Verb(Rollout.Terms.ActionOf(rule));

    private static string Samples(RuleVerdict verdict) => verdict.Samples < verdict.Needed
        ? string.Create(CultureInfo.InvariantCulture, $"{verdict.Samples:#,0} of {verdict.Needed:#,0}")
        : verdict.Samples.ToString("#,0", CultureInfo.InvariantCulture);

    private sealed record Row(JudgedRule Rule, RuleVerdict? Verdict);
}
