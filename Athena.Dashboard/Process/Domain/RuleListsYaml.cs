using System.Collections.Immutable;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain.Yaml;

namespace Athena.Dashboard.Process.Domain;

/// <summary>The six lists of rules; each must be there once.</summary>
internal static class RuleListsYaml
{
    public static ImmutableArray<RuleList> Read(FieldMap map, MetricCatalogue metrics, RolloutPlan plan)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        var rules = new RuleYaml(metrics, [.. plan.Stages.Select(stage => stage.Name).Where(name => name.Length > 0)]);
        var lists = map.SomeMaps("rule_lists", item => RuleList(item, names, rules, plan));
        foreach (var missing in RuleListNames.All.Where(name => !lists.IsEmpty && !names.ContainsKey(name)))
            map.At("rule_lists").Complain($"The list {missing} is missing.", "each of " + string.Join(", ", RuleListNames.All));
        return lists;
    }

    private static RuleList RuleList(FieldMap map, Dictionary<string, int> names, RuleYaml rules, RolloutPlan plan)
    {
        var name = map.Key("name", names);
        if (name.Length > 0 && !RuleListNames.All.Contains(name)) map.At("name").Complain("There is no such list.", Words.Expected(name, RuleListNames.All));
        var sense = map.Word<RuleSense>("sense");
        var taken = map.Take("taken_from", RulePlanPart.None, at => at.Word<RulePlanPart>([Words.Of(RulePlanPart.StageCriteria), Words.Of(RulePlanPart.RollbackConditions)]));
        CheckPart(map, name, taken, sense);
        return new RuleList(
            name,
            map.Text("title"),
            map.Text("source"),
            sense,
            map.Word<RuleAction>("default_action"),
            taken,
            taken switch
            {
                RulePlanPart.StageCriteria => [.. plan.Stages.SelectMany(stage => stage.Criteria.Select(rule => rule with { Stage = stage.Name }))],
                RulePlanPart.RollbackConditions => plan.Rollback.Conditions,
                _ => map.Need("rules", [], at => at.List(rule => rules.Rule(rule, sense))),
            });
    }

    // Two lists stand in the rollout plan itself and would otherwise be written twice.
    private static void CheckPart(FieldMap map, string name, RulePlanPart taken, RuleSense sense)
    {
        var (part, needs) = name switch
        {
            RuleListNames.StageCriteria => (RulePlanPart.StageCriteria, RuleSense.Requirement),
            RuleListNames.RollbackConditions => (RulePlanPart.RollbackConditions, RuleSense.Trigger),
            _ => (RulePlanPart.None, RuleSense.Trigger),
        };
        if (taken != part)
            map.At("taken_from").Complain(
                part == RulePlanPart.None ? "This list has rules of its own." : "The rules of this list stand in the rollout plan.",
                part == RulePlanPart.None ? "rules instead of taken_from" : $"taken_from: {Words.Of(part)}");
        if (sense != needs && map.Has("sense")) map.At("sense").Complain("This list cannot have that sense.", Words.Of(needs));
    }
}
