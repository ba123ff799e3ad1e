using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain.Yaml;

namespace Athena.Dashboard.Process.Domain;

/// <summary>Rollout plans to and from the YAML of the process.</summary>
public static class RolloutPlanYaml
{
    private const int MostUsers = 1_000_000_000;
    private const int LargestSample = 1_000_000;

    /// <param name="yaml">A document with the one field <c>rollout</c>.</param>
    /// <param name="catalogue">The metrics that its rules may name.</param>
    public static Reading<RolloutPlan> Read(string yaml, MetricCatalogue catalogue)
    {
        var problems = new DocumentProblems();
        if (YamlTree.Load(yaml, problems) is not { } root) return new Reading<RolloutPlan>(null, problems.Sorted());
        var plan = FieldMap.Read(new Place(root, "", problems), map => map.Map("rollout", rollout => Plan(rollout, catalogue)));
        return problems.Count == 0 ? new Reading<RolloutPlan>(plan, []) : new Reading<RolloutPlan>(null, problems.Sorted());
    }

    internal static RolloutPlan Plan(FieldMap map, MetricCatalogue catalogue)
    {
        var criteria = new RuleYaml(catalogue, stages: null);
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        var reached = Percentage.Zero;
        var feature = map.Need("feature", "", at => at.Key());
        var least = map.Take<long?>("minimum_sample", null, at => at.Whole(1, LargestSample));
        var stages = map.SomeMaps("stages", stage => Stage(stage, criteria, names, ref reached));
        if (!stages.IsEmpty && reached < Percentage.Hundred && map.Problems.Count == 0)
            map.At("stages").Complain("The stages end before everybody has the feature.", "a last stage of 100");
        return new RolloutPlan(feature, stages, map.Map("rollback", rollback => Policy(rollback, new RuleYaml(catalogue, names.Keys)))) { MinimumSample = least };
    }

    private static RolloutStage Stage(FieldMap map, RuleYaml rules, Dictionary<string, int> names, ref Percentage reached)
    {
        var name = map.Key("name", names);
        var before = map.Problems.Count;
        var percentages = map.Need("percentage", [], at => at.Percentages());
        if (map.Problems.Count > before) percentages = [];
        var audience = map.Take("audience", [], at => at.List(cohort => cohort.Key()));
        foreach (var percentage in percentages)
        {
            if (percentage < reached) map.At("percentage").Complain("A stage may not reach fewer people than the one before it.", $"{reached} or more");
            if (percentage > reached) reached = percentage;
        }

        if (percentages.Any(percentage => percentage == Percentage.Zero) && audience.IsEmpty)
            map.At("percentage").Complain("A stage of 0 % without an audience reaches nobody.", "a percentage above 0, or an audience");
        var (criteria, ticked) = map.Need("criteria", ([], []), rules.Criteria);
        return new RolloutStage(
            name,
            map.Text("title", name),
            percentages,
            map.Need("duration", TimeSpan.Zero, at => at.Duration()),
            audience,
            criteria,
            ticked,
            map.Take<UserRange?>("expected_users", null, at => at.Range(0, MostUsers) is var range ? new UserRange(range.From, range.To) : null));
    }

    private static RollbackPolicy Policy(FieldMap map, RuleYaml rules) =>
        new(
            map.Need("automatic", true, at => at.Flag()),
            map.Need("conditions", [], at => at.List(condition => rules.Rule(condition, RuleSense.Trigger))));

    public static string Write(RolloutPlan plan)
    {
        var yaml = new StringBuilder();
        yaml.Append(CultureInfo.InvariantCulture, $"rollout:\n  feature: {Quote(plan.Feature)}\n");
        if (plan.MinimumSample is { } least) yaml.Append(CultureInfo.InvariantCulture, $"  minimum_sample: {least}\n");
        yaml.Append("  stages:\n");
        foreach (var stage in plan.Stages) Write(yaml, stage);
        yaml.Append(CultureInfo.InvariantCulture, $"  rollback:\n    automatic: {(plan.Rollback.Automatic ? "true" : "false")}\n");
        yaml.Append(plan.Rollback.Conditions.IsEmpty ? "    conditions: []\n" : "    conditions:\n");
        foreach (var rule in plan.Rollback.Conditions) Write(yaml, rule, "      ");
        return yaml.ToString();
    }

    private static void Write(StringBuilder yaml, RolloutStage stage)
    {
        yaml.Append(CultureInfo.InvariantCulture, $"    - name: {Quote(stage.Name)}\n");
        if (stage.Title != stage.Name) yaml.Append(CultureInfo.InvariantCulture, $"      title: {Quote(stage.Title)}\n");
        var percentages = stage.Percentages.Select(percentage => (percentage.Thousandths / 1000m).ToString("0.###", CultureInfo.InvariantCulture)).ToList();
        yaml.Append(CultureInfo.InvariantCulture, $"      percentage: {(percentages.Count == 1 ? percentages[0] : $"[{string.Join(", ", percentages)}]")}\n");
        yaml.Append(CultureInfo.InvariantCulture, $"      duration: {Quote(Durations.Format(stage.Duration))}\n");
        if (!stage.Audience.IsEmpty) yaml.Append(CultureInfo.InvariantCulture, $"      audience: [{string.Join(", ", stage.Audience)}]\n");
        if (stage.ExpectedUsers is { } users) yaml.Append(CultureInfo.InvariantCulture, $"      expected_users: {users.From}-{users.To}\n");
        yaml.Append(stage.Criteria.IsEmpty && stage.Ticked.IsEmpty ? "      criteria: []\n" : "      criteria:\n");
        foreach (var rule in stage.Criteria) Write(yaml, rule, "        ");
        foreach (var criterion in stage.Ticked)
            yaml.Append(CultureInfo.InvariantCulture, $"        - text: {Quote(criterion.Text)}\n          role: {Words.Of(criterion.Role)}\n");
    }

    private static void Write(StringBuilder yaml, MetricRule rule, string indent)
    {
        if (rule is { Action: null, Severity: null, Stage: null, Says: null })
        {
            yaml.Append(CultureInfo.InvariantCulture, $"{indent}- {rule.Text}\n");
            return;
        }

        yaml.Append(CultureInfo.InvariantCulture, $"{indent}- when: {rule.Text}\n");
        if (rule.Action is { } action) yaml.Append(CultureInfo.InvariantCulture, $"{indent}  action: {Words.Of(action)}\n");
        if (rule.Severity is { } severity) yaml.Append(CultureInfo.InvariantCulture, $"{indent}  severity: {Words.Of(severity)}\n");
        if (rule.Stage is { } stage) yaml.Append(CultureInfo.InvariantCulture, $"{indent}  stage: {stage}\n");
        if (rule.Says is { } says) yaml.Append(CultureInfo.InvariantCulture, $"{indent}  says: {Quote(says)}\n");
    }

    private static string Quote(string text) =>
        "\"" + text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal) + "\"";
}
