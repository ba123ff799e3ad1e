using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Recovery.Contracts;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Recovery.Domain;

/// <summary>
/// What the product writes down by itself. Each of these can come twice after a kill: what a source said once is not
/// written down again.
/// </summary>
public sealed partial record Procedure
{
    /// <summary>Somebody opened it before anything was taken back, and this is what then was.</summary>
    public Decision<Procedure> Join(Guid rolloutId, string what, string reason) =>
        new(this with { RolloutId = rolloutId, What = what, Reason = reason }, [new ProcedureJoined(Id, Release, rolloutId)]);

    /// <summary>It was decided to take the rollout back. Where a rule decided, that was the assessment; a person may find more.</summary>
    /// <param name="evidence">The decision with its figures.</param>
    public Decision<Procedure> Decided(Guid source, IReadOnlyCollection<string> evidence, bool byPerson, string by, DateTimeOffset at)
    {
        if (Find(RollbackStepKeys.Execution) is { BegunAt: null } execution) return Put(execution with { BegunAt = at, BegunBy = by }, new StepBegun(Id, Release, execution.Key)).With(next => next.Assessed(source, evidence, byPerson, by, at));
        return Assessed(source, evidence, byPerson, by, at);
    }

    /// <summary>A decision in sentences: why, by which rule, where, and what is done.</summary>
    public static ImmutableArray<string> EvidenceOf(RollbackDecided decided)
    {
        var done = decided.Action switch
        {
            RuleAction.Gradual => "taken back stage by stage",
            RuleAction.Emergency => "taken back at once and switched off",
            _ => "taken back at once",
        };
        var rule = decided.Harm is { } harm ? $"Rule {harm.Rule} of {harm.List}" : "No rule: a person decided";
        return [decided.Reason, $"{rule}; in stage {decided.Stage.Name} at {decided.Stage.Percentage}, {done}."];
    }

    /// <summary>Writes down one thing about a step.</summary>
    public Decision<Procedure> FillIn(Guid source, string key, DateTimeOffset at, params IReadOnlyCollection<string> lines) =>
        FillIn(source, key, [.. lines.Select(line => new StepFact(source, at, line))]);

    private Decision<Procedure> FillIn(Guid source, string key, IReadOnlyCollection<StepFact> facts)
    {
        if (facts.Count == 0 || Find(key) is not { } step || step.Facts.Any(fact => fact.Source == source)) return new Decision<Procedure>(this, []);
        return Put(step with { Facts = [.. step.Facts, .. facts] }, [.. facts.Select(fact => new StepFilledIn(Id, Release, key, fact.Text))]);
    }

    /// <summary>Everything that could be taken back was. A part that was refused leaves the step to people.</summary>
    /// <param name="journal">What was taken back, and when.</param>
    public Decision<Procedure> TakenBack(Guid source, IReadOnlyCollection<(DateTimeOffset At, string Text)> journal, bool isWhole, string by, DateTimeOffset at)
    {
        if (Find(RollbackStepKeys.Execution)?.Facts.Any(fact => fact.Source == source) == true) return new Decision<Procedure>(this, []);
        return FillIn(source, RollbackStepKeys.Execution, [.. journal.Select(line => new StepFact(source, line.At, line.Text))])
            .With(next => isWhole && next.Find(RollbackStepKeys.Execution) is { IsCompleted: false } execution ? next.Finished(execution, "", by, at) : new Decision<Procedure>(next, []))
            .With(next => next.Find(RollbackStepKeys.Verification) is { BegunAt: null } verification
                ? next.Put(verification with { BegunAt = at, BegunBy = by }, new StepBegun(Id, Release, verification.Key))
                : new Decision<Procedure>(next, []));
    }

    /// <summary>The post-mortem is published, which is what its step asks for.</summary>
    public Outcome<Decision<Procedure>> CompleteByPostMortem(Actor actor, DateTimeOffset now)
    {
        if (Find(RollbackStepKeys.PostMortem) is not { IsCompleted: false } step) return new Decision<Procedure>(this, []);
        return WhyNotComplete(step.Key, actor) is { } refusal ? refusal : Finished(step, "The post-mortem is published.", actor.Name, now);
    }

    private Decision<Procedure> Assessed(Guid source, IReadOnlyCollection<string> evidence, bool byPerson, string by, DateTimeOffset at) =>
        FillIn(source, RollbackStepKeys.Assessment, at, evidence).With(next => next.Find(RollbackStepKeys.Assessment) switch
        {
            { IsCompleted: false } step when !byPerson => next.Finished(step, "", by, at),
            { BegunAt: null } step => next.Put(step with { BegunAt = at, BegunBy = by }, new StepBegun(Id, Release, step.Key)),
            _ => new Decision<Procedure>(next, []),
        });
}

internal static class DecisionChain
{
    /// <summary>Goes on from the state of a decision, with the events of both.</summary>
    public static Decision<T> With<T>(this Decision<T> decision, Func<T, Decision<T>> next)
    {
        var followed = next(decision.State);
        return new Decision<T>(followed.State, decision.Events.AddRange(followed.Events));
    }
}
