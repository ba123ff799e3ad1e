using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain.Yaml;

namespace Athena.Dashboard.Process.Domain;

/// <summary>The whole process document from its YAML: every section is read by a file of its own.</summary>
public static class ProcessYaml
{
    public const int LargestSize = YamlTree.LargestSize;

    public static bool IsTooLarge(string yaml) => YamlTree.IsTooLarge(yaml);

    public static Reading<ProcessDocument> Read(string yaml)
    {
        var problems = new DocumentProblems();
        if (YamlTree.Load(yaml, problems) is not { } root) return new Reading<ProcessDocument>(null, problems.Sorted());
        var document = FieldMap.Read(new Place(root, "", problems), Document);
        return problems.Count == 0 ? new Reading<ProcessDocument>(document, []) : new Reading<ProcessDocument>(null, problems.Sorted());
    }

    private static ProcessDocument Document(FieldMap map)
    {
        // Rules need the metrics, and rule lists need the stages; the document may have its sections in any order.
        var metrics = MetricsYaml.Read(map);
        var rollout = map.Map("rollout", plan => RolloutPlanYaml.Plan(plan, metrics));
        return new ProcessDocument(
            map.Map("product", Product),
            map.Text("philosophy"),
            map.Maps("principles", item => new Principle(item.Text("title"), item.Text("text"))),
            Environments(map),
            Roles(map),
            ReleaseTypesYaml.Read(map),
            map.Map("branching", BranchingYaml.Read),
            GatesYaml.Read(map),
            FlagTypes(map),
            metrics,
            rollout,
            RuleListsYaml.Read(map, metrics, rollout),
            map.Map("deployment", DeploymentYaml.Read),
            CommunicationYaml.Read(map),
            map.Map("notes", AfterwardsYaml.Notes),
            map.Map("rollback_procedure", AfterwardsYaml.Rollback),
            AfterwardsYaml.Reviews(map),
            AfterwardsYaml.SuccessMetrics(map),
            map.Texts("improvements"),
            map.Take("related_documents", [], at => at.List(item => FieldMap.Read(item, fields => new RelatedDocument(fields.Text("title"), fields.Text("address"))))))
        {
            Sequential = SequentialYaml.Read(map, metrics),
        };
    }

    private static ProductDescription Product(FieldMap map) => new(map.Text("name"), map.Text("support"), map.Text("feedback"));

    private static ImmutableArray<TargetEnvironment> Environments(FieldMap map)
    {
        var keys = new Dictionary<string, int>(StringComparer.Ordinal);
        var environments = map.SomeMaps("environments", item => new TargetEnvironment(item.Key("key", keys), item.Text("title"), item.Flag("production"), item.Take<ApprovalRule?>("approval", null, at => FieldMap.Read(at, Approval))));
        if (!environments.IsEmpty && !environments.Any(environment => environment.IsProduction))
            map.At("environments").Complain("No environment is production.", "production: true on at least one");
        return environments;
    }

    private static ApprovalRule Approval(FieldMap map)
    {
        var roles = map.Need<ImmutableArray<Role>>("of", [], at => at.List(item => item.Owner()));
        if (roles.IsEmpty && map.Has("of")) map.At("of").Complain("Nobody could approve.", "at least one role");
        return new ApprovalRule(map.Need("needed", 1, at => at.Whole(1, 10)), roles);
    }

    private static ImmutableArray<RoleDescription> Roles(FieldMap map)
    {
        var taken = new HashSet<Role>();
        return map.SomeMaps("roles", item =>
        {
            var before = item.Problems.Count;
            var role = item.Word<Role>("role");
            if (item.Problems.Count == before && !taken.Add(role)) item.At("role").Complain("The role is described twice.", "each role once");
            return new RoleDescription(role, role.Title(), item.Text("responsibility"));
        });
    }

    private static readonly string[] KnownFlagTypes = ["release", "operational", "experimental"];

    private static ImmutableArray<FlagTypeRule> FlagTypes(FieldMap map)
    {
        var keys = new Dictionary<string, int>(StringComparer.Ordinal);
        var types = map.SomeMaps("flag_types", item =>
        {
            var key = item.Key("key", keys);
            if (key.Length > 0 && !KnownFlagTypes.Contains(key)) item.At("key").Complain("There is no such type of flag.", Words.Expected(key, KnownFlagTypes));
            var temporary = item.Flag("temporary");
            var within = item.Take<TimeSpan?>("remove_within", null, at => at.Duration());
            if (within is not null && !temporary) item.At("remove_within").Complain("A permanent flag is not removed.", "temporary: true beside it");
            return new FlagTypeRule(key, item.Text("title"), item.Text("purpose"), item.Text("lifecycle"), temporary, within, item.Text("example"));
        });
        foreach (var missing in KnownFlagTypes.Where(known => !types.IsEmpty && !keys.ContainsKey(known)))
            map.At("flag_types").Complain($"The type {missing} is missing.", string.Join(", ", KnownFlagTypes));
        return types;
    }
}
