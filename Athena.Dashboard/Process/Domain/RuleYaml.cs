using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain.Yaml;

namespace Athena.Dashboard.Process.Domain;

/// <summary>
/// Rules as documents write them: a comparison, <c>no_performance_regression: true</c>, a mapping with <c>when</c> and
/// what differs from the list's defaults, or (among criteria) something that people tick.
/// </summary>
/// <param name="stages">Stages that a rule may be limited to; null where a rule belongs to a stage already.</param>
internal sealed class RuleYaml(MetricCatalogue catalogue, IReadOnlyCollection<string>? stages)
{
    private static readonly MetricRule Unreadable = new("", "", Comparison.LessThan, 0, null);

    public MetricRule Rule(Place place, RuleSense sense) =>
        place.Node is not YamlMap map ? Written(place, sense)
        : IsCondition(map) ? Condition(place, map.Fields[0], sense)
        : FieldMap.Read(place, fields => Detailed(fields, sense));

    public (ImmutableArray<MetricRule> Rules, ImmutableArray<TickedCriterion> Ticked) Criteria(Place place)
    {
        var rules = ImmutableArray.CreateBuilder<MetricRule>();
        var ticked = ImmutableArray.CreateBuilder<TickedCriterion>();
        place.List(item =>
        {
            if (item.Node is YamlMap map && map.Fields.Any(field => field.Name is "text" or "role"))
                ticked.Add(FieldMap.Read(item, fields => new TickedCriterion(fields.Text("text"), fields.Need("role", Role.ReleaseManager, at => at.Owner()))));
            else
                rules.Add(Rule(item, RuleSense.Requirement));
            return true;
        });
        return (rules.ToImmutable(), ticked.ToImmutable());
    }

    private MetricRule Written(Place place, RuleSense sense)
    {
        if (place.Node is not YamlScalar scalar)
        {
            place.Complain("This is not a rule.", "a rule such as error_rate > 5% in 5m");
            return Unreadable;
        }

        var (rule, faults) = RuleExpression.Parse(scalar.Text, catalogue, sense);
        foreach (var fault in faults) place.Complain(fault.Offset, fault.Message, fault.Found, fault.Expected);
        return rule ?? Unreadable;
    }

    private MetricRule Detailed(FieldMap fields, RuleSense sense)
    {
        var rule = fields.Need("when", Unreadable, at => Written(at, sense));
        return rule with
        {
            Action = fields.Take<RuleAction?>("action", null, at => at.Word<RuleAction>()),
            Severity = fields.Take<RuleSeverity?>("severity", null, at => at.Word<RuleSeverity>()),
            Stage = stages is null ? null : fields.Take<string?>("stage", null, Stage),
            Says = fields.Take<string?>("says", null, at => at.Text()),
        };
    }

    private string? Stage(Place at)
    {
        var stage = at.Key();
        if (stage.Length > 0 && stages!.Count > 0 && !stages.Contains(stage)) at.Complain("There is no such stage.", Words.Expected(stage, stages));
        return stage;
    }

    private bool IsCondition(YamlMap map) =>
        map.Fields.Length == 1
        && map.Fields[0].Name is not "when"
        && (catalogue.Metrics.IsEmpty || catalogue.Find(map.Fields[0].Name) is not null);

    private MetricRule Condition(Place place, YamlField field, RuleSense sense)
    {
        var at = place with { Path = YamlTree.PathOf(place.Path, field.Name), Node = field.Value };
        if (catalogue.Metrics.IsEmpty) return Unreadable;
        var named = catalogue.Find(field.Name)!;
        if (named.Kind != MetricKind.Condition || named.Limit is not { } limit || catalogue.Resolve(named.Key) is not { } metric)
            at.Complain("This metric is compared with a number.", $"a rule such as {named.Key} {(named.Direction == MetricDirection.LowerIsBetter ? "<" : ">")} …");
        else if (sense == RuleSense.Trigger)
            at.Complain("A condition says what is healthy and is no trigger.", $"a comparison such as {metric.Key} > 0.2");
        else if (at.Node is not YamlScalar { IsPlain: true, Text: "true" })
            at.Complain("A condition can only be asked for.", "true");
        else
            return new MetricRule($"{named.Key}: true", metric.Key, metric.Direction == MetricDirection.LowerIsBetter ? Comparison.LessThan : Comparison.GreaterThan, limit, null);
        return Unreadable;
    }
}
