using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain.Evaluation;

/// <summary>A flag in one environment, made ready to be evaluated. Never changes; evaluating it allocates nothing.</summary>
public sealed partial class CompiledFlag
{
    private readonly Answer? always;
    private readonly CompiledPrerequisite[] prerequisites;
    private readonly CompiledRule[] rules;
    private readonly CompiledCondition[] conditions;
    private readonly Utf8Set? cohorts;
    private readonly CompiledSegment[] cohortSegments;
    private readonly uint threshold;
    private readonly int bucketBy;
    private readonly Murmur3 salt;
    private readonly bool canTakeLong;
    private readonly CompiledServing exposed;
    private readonly CompiledServing inCohort;
    private readonly CompiledServing within;
    private readonly Answer off;
    private readonly Answer fallback;
    private readonly Answer heldBack;
    private readonly Answer missingKey;
    private readonly Answer failed;

    internal CompiledFlag(Flag flag, FlagEnvironment environment, FlagSurroundings around)
    {
        Flag = flag;
        Setting = environment;
        var answers = new AnswerBook(flag, environment, around.Counters);
        salt = new Murmur3(0);
        salt.Add(Encoding.UTF8.GetBytes(flag.Key));
        (prerequisites, rules, conditions, cohortSegments) = ([], [], [], []);
        threshold = (uint)environment.Percentage.Thousandths;
        if (!environment.Enabled)
        {
            always = answers.Of(Decider.Switch, Variant.Off, FlagMetadata.Outside);
            (exposed, inCohort, within) = (null!, null!, null!);
            (off, fallback, heldBack, missingKey, failed) = (always, always, always, always, always);
            return;
        }

        var attributes = around.Attributes;
        prerequisites = [.. environment.Prerequisites.Select(wanted => new CompiledPrerequisite(wanted, around.FlagOf(wanted.Flag), around.NumberOf(wanted.Flag)))];
        rules = [.. environment.Rules.Select(rule => CompiledRule.From(flag.Key, rule, around, answers))];
        conditions = CompiledCondition.From(environment.Conditions, attributes, around.SegmentOf);
        cohorts = environment.Audience.IsEmpty ? null : new Utf8Set(environment.Audience);
        cohortSegments = [.. environment.Audience.Select(around.SegmentOf).OfType<CompiledSegment>()];
        bucketBy = attributes[environment.BucketBy];
        canTakeLong = around.CanTakeLong(environment);

        var serve = environment.Serve ?? Serving.Of(flag.Exposed.Name);
        var unconditional = conditions.Length == 0 && prerequisites.Length == 0 && rules.Length == 0;
        exposed = Serve(unconditional ? Decider.Everybody : Decider.AllConditions);
        inCohort = Serve(Decider.Cohort);
        within = Serve(Decider.WithinPercentage);
        off = answers.Of(Decider.Prerequisite, Variant.Off, FlagMetadata.Outside);
        fallback = answers.Of(Decider.Conditions, environment.Fallback, FlagMetadata.Outside);
        heldBack = answers.Of(Decider.HeldBack, Variant.Off, FlagMetadata.Control);
        missingKey = answers.Failure(Decider.MissingTargetingKey);
        failed = answers.Failure(Decider.Failed);
        if (unconditional && cohorts is null && threshold == Percentage.Whole && !exposed.IsSplit) always = exposed.Only;

        CompiledServing Serve(Decider decider) => new(flag.Key, serve, attributes, variant => answers.Of(decider, variant, FlagMetadata.Exposed, !serve.Split.IsEmpty));
    }

    public string Key => Flag.Key;

    public Flag Flag { get; }

    public FlagEnvironment Setting { get; }

    /// <summary>The answer that everybody gets, whatever the context; null where it depends.</summary>
    public Answer? Always => always;

    /// <summary>Names that a setting asks a context for.</summary>
    public static IEnumerable<string> AttributesOf(FlagEnvironment environment)
    {
        var conditions = environment.Conditions.Concat(environment.Rules.SelectMany(rule => rule.Conditions));
        foreach (var name in AttributesOf(conditions)) yield return name;
        yield return environment.BucketBy;
        foreach (var serve in environment.Rules.Select(rule => rule.Serve).Append(environment.Serve))
        {
            if (serve is { Split.IsEmpty: false }) yield return serve.By;
        }
    }

    public static IEnumerable<string> AttributesOf(IEnumerable<Condition> conditions) =>
        conditions.SelectMany(condition => condition.Everything()).OfType<Condition.Clause>().Select(clause => clause.Attribute);

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

    /// <summary>Never throws: what cannot be decided is a failure of this flag alone.</summary>
    public Evaluation Evaluate(EvaluationContext context) =>
        always is not null ? new Evaluation(always, -1) : canTakeLong ? DecideGuarded(context) : Decide(context);

    private Evaluation DecideGuarded(EvaluationContext context)
    {
        try
        {
            return Decide(context);
        }
        catch (RegexMatchTimeoutException)
        {
            return Pick(failed);
        }
    }

    private Evaluation Decide(EvaluationContext context)
    {
        foreach (var prerequisite in prerequisites)
        {
            if (!prerequisite.Holds(context)) return Pick(off);
        }

        foreach (var rule in rules)
        {
            if (!CompiledCondition.AllHold(rule.Conditions, context)) continue;
            if (rule.Serve.Pick(context) is { } served) return Pick(served);
            if (rule.Serve.By == AttributeTable.TargetingKey) return Pick(missingKey);
        }

        if (!CompiledCondition.AllHold(conditions, context)) return Pick(fallback);
        if (cohorts is not null && IsInCohort(context)) return Serve(inCohort, context, -1);
        switch (threshold)
        {
            case Percentage.Whole:
                return Serve(exposed, context, -1);
            case 0:
                return Pick(heldBack);
            default:
                var value = context.TextOf(bucketBy);
                if (value.IsEmpty) return Pick(bucketBy == AttributeTable.TargetingKey ? missingKey : fallback);
                var bucket = BucketOf(value);
                return bucket < threshold ? Serve(within, context, bucket) : new Evaluation(heldBack, bucket);
        }
    }

    private bool IsInCohort(EvaluationContext context)
    {
        if (context.IsAnyOf(AttributeTable.Cohorts, cohorts!) || context.IsAnyOf(AttributeTable.UserRole, cohorts!)) return true;
        foreach (var segment in cohortSegments)
        {
            if (segment.Contains(context)) return true;
        }

        return false;
    }

    private Evaluation Serve(CompiledServing serving, EvaluationContext context, int bucket) =>
        new(serving.Pick(context) ?? (serving.By == AttributeTable.TargetingKey ? missingKey : fallback), bucket);

    private static Evaluation Pick(Answer answer) => new(answer, -1);

    private sealed record CompiledPrerequisite(Prerequisite Source, CompiledFlag? Other, int Number)
    {
        // Found out once for a context: flags that share what they need would ask it again and again.
        public bool Holds(EvaluationContext context)
        {
            if (Other is null) return false;
            ref var served = ref context.Served[Number];
            served ??= Other.Evaluate(context).Answer;
            return served.Variant?.Name == Source.Variant;
        }
    }

    private sealed record CompiledRule(FlagRule Source, CompiledCondition[] Conditions, CompiledServing Serve)
    {
        public static CompiledRule From(string flagKey, FlagRule rule, FlagSurroundings around, AnswerBook answers)
        {
            var decider = rule.Serve.Split.IsEmpty ? Decider.Rule : Decider.RuleSplit;
            return new CompiledRule(
                rule,
                CompiledCondition.From(rule.Conditions, around.Attributes, around.SegmentOf),
                new CompiledServing(flagKey, rule.Serve, around.Attributes, variant => answers.Of(decider, variant, FlagMetadata.Outside)));
        }
    }

    /// <summary>Each answer of a flag made once, however many rules give it.</summary>
    private sealed class AnswerBook(Flag flag, FlagEnvironment environment, AnswerCounters counters)
    {
        private readonly Dictionary<(Decider, string, bool), Answer> made = [];

        public Answer Of(Decider decider, string variant, string arm, bool isSplit = false)
        {
            if (!made.TryGetValue((decider, variant, isSplit), out var answer))
            {
                made[(decider, variant, isSplit)] = answer = new Answer(
                    flag.Key, decider, flag.Variant(variant), environment.RolloutId, arm, isSplit, counters.Of(flag.Key, flag.Variant(variant)?.Name), counters.UsersOf(environment, arm));
            }

            return answer;
        }

        public Answer Failure(Decider decider) => new(flag.Key, decider, null, environment.RolloutId, null, counter: counters.Of(flag.Key, null));
    }
}

/// <summary>What a flag is compiled against.</summary>
/// <param name="FlagOf">Null for a flag that is not there.</param>
/// <param name="NumberOf">Where a context keeps what that flag serves.</param>
/// <param name="SegmentOf">Null for a segment that is not there.</param>
/// <param name="CanTakeLong">Whether a setting asks a regular expression, by itself or by a segment.</param>
internal sealed record FlagSurroundings(
    AttributeTable Attributes,
    Func<string, CompiledFlag?> FlagOf,
    Func<string, int> NumberOf,
    Func<string, CompiledSegment?> SegmentOf,
    Func<FlagEnvironment, bool> CanTakeLong,
    AnswerCounters Counters);

/// <summary>Counters of one environment; they outlive the snapshots.</summary>
internal sealed class AnswerCounters
{
    private readonly ConcurrentDictionary<(string Flag, string Variant), AnswerCounter> counters = [];
    private readonly ConcurrentDictionary<ExposedArm, UserSketch> users = [];

    /// <summary>Who was told apart while rollouts exposed what, since the start.</summary>
    public IEnumerable<KeyValuePair<ExposedArm, UserSketch>> Users => users;

    /// <param name="variant">Null for answers without a value.</param>
    public AnswerCounter Of(string flag, string? variant) => counters.GetOrAdd((flag, variant ?? ""), static _ => new AnswerCounter());

    /// <returns>Null where no rollout compares arms.</returns>
    public UserSketch? UsersOf(FlagEnvironment environment, string arm) =>
        environment.RolloutId is { } rollout && arm is FlagMetadata.Exposed or FlagMetadata.Control
            ? users.GetOrAdd(new ExposedArm(rollout, environment.Percentage.Thousandths, ExposedArm.Join(environment.Audience), arm), static _ => new UserSketch())
            : null;

    /// <summary>Lets go of what no flag counts into any more.</summary>
    public void Forget(ExposedArm arm) => users.TryRemove(arm, out _);

    /// <summary>Answers of each flag in all; a variant's counter stays when the variant goes.</summary>
    public Dictionary<string, long> Totals()
    {
        var totals = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var ((flag, _), counter) in counters) totals[flag] = totals.GetValueOrDefault(flag) + counter.Count;
        return totals;
    }

    public IEnumerable<(string Variant, long Count)> Of(Flag flag) =>
        flag.Variants.Select(variant => variant.Name).Append("").Select(name => (name, counters.TryGetValue((flag.Key, name), out var counter) ? counter.Count : 0));
}
