using System.Collections.Immutable;
using System.Text;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain.Evaluation;

/// <summary>A flag in one environment, made ready to be evaluated. Never changes; evaluating it allocates nothing.</summary>
public sealed class CompiledFlag
{
    private readonly bool enabled;
    private readonly CompiledCondition[] conditions;
    private readonly Utf8Set? cohorts;
    private readonly uint threshold;
    private readonly int bucketBy;
    private readonly Murmur3 salt;
    private readonly Answer[] answers;

    /// <param name="attributes">Has to contain <see cref="AttributesOf"/> of the same environment.</param>
    public CompiledFlag(Flag flag, FlagEnvironment environment, AttributeTable attributes)
    {
        Key = flag.Key;
        enabled = environment.Enabled;
        conditions = [.. environment.Conditions.Select(condition => new CompiledCondition(attributes[condition.Attribute], condition, new Utf8Set(condition.Values)))];
        cohorts = environment.Audience.IsEmpty ? null : new Utf8Set(environment.Audience);
        threshold = (uint)environment.Percentage.Thousandths;
        bucketBy = attributes[environment.BucketBy];
        salt = new Murmur3(0);
        salt.Add(Encoding.UTF8.GetBytes(flag.Key));
        answers = [.. Enum.GetValues<Decider>().Select(decider => AnswerFor(flag, environment, decider))];
    }

    public string Key { get; }

    public ImmutableArray<Answer> Answers => [.. answers];

    public static IEnumerable<string> AttributesOf(FlagEnvironment environment) =>
        environment.Conditions.Select(condition => condition.Attribute).Append(environment.BucketBy);

    /// <summary>
    /// Position of a value in the flag's order, 0 to 99,999: (hash × 100,000) >> 32, hash being MurmurHash3 of the
    /// flag's key followed by the value. Depends on nothing else, so nothing but the percentage moves a user.
    /// </summary>
    public int BucketOf(ReadOnlySpan<byte> value)
    {
        var hash = salt;
        hash.Add(value);
        return (int)(((ulong)hash.Finish() * Percentage.Whole) >> 32);
    }

    public Evaluation Evaluate(EvaluationContext context)
    {
        if (!enabled) return Pick(Decider.Switch);
        foreach (var condition in conditions)
        {
            if (!context.IsAnyOf(condition.Attribute, condition.Values)) return Pick(Decider.Conditions);
        }

        if (cohorts is not null && IsInCohort(context, cohorts)) return Pick(Decider.Cohort);
        switch (threshold)
        {
            case Percentage.Whole:
                return Pick(conditions.Length == 0 ? Decider.Everybody : Decider.AllConditions);
            case 0:
                return Pick(Decider.HeldBack);
            default:
                var value = context.TextOf(bucketBy);
                if (value.IsEmpty) return Pick(bucketBy == AttributeTable.TargetingKey ? Decider.MissingTargetingKey : Decider.Conditions);
                var bucket = BucketOf(value);
                return new Evaluation(answers[(int)(bucket < threshold ? Decider.WithinPercentage : Decider.HeldBack)], bucket);
        }
    }

    /// <summary>The same decision with every step on the way, for people.</summary>
    public Explanation Explain(EvaluationContext context)
    {
        var evaluation = Evaluate(context);
        var steps = ImmutableArray.CreateBuilder<ExplainedStep>();
        steps.Add(new ExplainedStep(enabled ? "The flag is on" : "The flag is off", enabled));
        if (enabled)
        {
            foreach (var condition in conditions)
            {
                var holds = context.IsAnyOf(condition.Attribute, condition.Values);
                var missing = context.Has(condition.Attribute) ? "" : " (missing in the context)";
                steps.Add(new ExplainedStep($"{condition.Source}{missing}", holds));
            }
        }

        if (evaluation.Answer.Decider >= Decider.Cohort)
        {
            if (cohorts is not null) steps.Add(new ExplainedStep("In one of the cohorts " + string.Join(", ", cohorts.Values), IsInCohort(context, cohorts)));
            if (threshold < Percentage.Whole && evaluation.Answer.Decider != Decider.Cohort)
            {
                steps.Add(new ExplainedStep(
                    evaluation.Bucket < 0
                        ? $"Share of {Percentage.FromThousandths((int)threshold)}"
                        : $"Bucket {Percentage.FromThousandths(evaluation.Bucket)} lies below {Percentage.FromThousandths((int)threshold)}",
                    evaluation.Answer.Decider == Decider.WithinPercentage));
            }
        }

        return new Explanation(evaluation, steps.ToImmutable());
    }

    private static bool IsInCohort(EvaluationContext context, Utf8Set cohorts) =>
        context.IsAnyOf(AttributeTable.Cohorts, cohorts) || context.IsAnyOf(AttributeTable.UserRole, cohorts);

    private Evaluation Pick(Decider decider) => new(answers[(int)decider], -1);

    private static Answer AnswerFor(Flag flag, FlagEnvironment environment, Decider decider)
    {
        var (variant, arm) = decider switch
        {
            Decider.Switch => (flag.Variant(Variant.Off), FlagMetadata.Outside),
            Decider.Conditions => (flag.Variant(environment.Fallback), FlagMetadata.Outside),
            Decider.HeldBack => (flag.Variant(Variant.Off), FlagMetadata.Control),
            Decider.MissingTargetingKey => (null, null),
            _ => (flag.Variant(Variant.On), FlagMetadata.Exposed),
        };
        return new Answer(flag.Key, decider, variant, environment.RolloutId, arm);
    }

    private sealed record CompiledCondition(int Attribute, Condition Source, Utf8Set Values);
}

/// <param name="Steps">What was asked, in order, up to the step that decided.</param>
public sealed record Explanation(Evaluation Evaluation, ImmutableArray<ExplainedStep> Steps);

public sealed record ExplainedStep(string Question, bool Holds);
