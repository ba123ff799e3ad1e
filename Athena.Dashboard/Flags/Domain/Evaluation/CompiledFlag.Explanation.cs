using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain.Evaluation;

/// <param name="Steps">What was asked, in order, up to the step that decided.</param>
/// <param name="Rule">Position of the rule that decided, from 0; null where none did.</param>
public sealed record Explanation(Evaluation Evaluation, ImmutableArray<ExplainedStep> Steps, int? Rule = null);

public sealed record ExplainedStep(string Question, bool Holds);

/// <content>The same decision with every step on the way, for people.</content>
public sealed partial class CompiledFlag
{
    public Explanation Explain(EvaluationContext context)
    {
        var evaluation = Evaluate(context);
        var steps = ImmutableArray.CreateBuilder<ExplainedStep>();
        steps.Add(new ExplainedStep(Setting.Enabled ? "The flag is on" : "The flag is off", Setting.Enabled));
        if (!Setting.Enabled || evaluation.Answer.Decider == Decider.Failed) return new Explanation(evaluation, steps.ToImmutable());
        foreach (var prerequisite in prerequisites)
        {
            var holds = prerequisite.Holds(context);
            steps.Add(new ExplainedStep($"The flag {prerequisite.Source.Flag} serves {prerequisite.Source.Variant}", holds));
            if (!holds) return new Explanation(evaluation, steps.ToImmutable());
        }

        for (var i = 0; i < rules.Length; i++)
        {
            var (source, matches) = (rules[i].Source, CompiledCondition.AllHold(rules[i].Conditions, context));
            var name = source.Name.Length > 0 ? $"Rule {i + 1}, {source.Name}" : $"Rule {i + 1}";
            steps.Add(new ExplainedStep($"{name}: {(source.Conditions.IsEmpty ? "everybody" : string.Join(" and ", source.Conditions))}", matches));
            if (matches && (rules[i].Serve.Pick(context) is not null || rules[i].Serve.By == AttributeTable.TargetingKey)) return new Explanation(evaluation, steps.ToImmutable(), i);
        }

        ExplainExposure(context, evaluation, steps);
        return new Explanation(evaluation, steps.ToImmutable());
    }

    private void ExplainExposure(EvaluationContext context, Evaluation evaluation, ImmutableArray<ExplainedStep>.Builder steps)
    {
        for (var i = 0; i < conditions.Length; i++)
        {
            var source = Setting.Conditions[i];
            var missing = source is Targeting.Condition.Clause clause && IsMissing(clause.Attribute) ? " (missing in the context)" : "";
            steps.Add(new ExplainedStep($"{source}{missing}", conditions[i].Holds(context)));
        }

        if (!CompiledCondition.AllHold(conditions, context)) return;
        if (cohorts is not null) steps.Add(new ExplainedStep("In one of the cohorts " + string.Join(", ", cohorts.Values), IsInCohort(context)));
        if (threshold == Percentage.Whole || evaluation.Answer.Decider == Decider.Cohort) return;
        steps.Add(new ExplainedStep(
            evaluation.Bucket < 0
                ? $"Share of {Percentage.FromThousandths((int)threshold)}"
                : $"Bucket {Percentage.FromThousandths(evaluation.Bucket)} lies below {Percentage.FromThousandths((int)threshold)}",
            evaluation.Answer.Decider == Decider.WithinPercentage));

        bool IsMissing(string attribute) => context.CountOf(context.NumberOf(attribute)) == 0;
    }
}
