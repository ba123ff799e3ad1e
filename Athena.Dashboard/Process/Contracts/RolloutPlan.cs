using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Process.Contracts;

/// <summary>
/// How one feature reaches its users: stages that never lower exposure and end at 100 %, and what takes it back.
/// </summary>
/// <param name="Feature">Key of the flag.</param>
/// <param name="Stages">At least one; names are unique; percentages never go down; the last is 100 %.</param>
public sealed record RolloutPlan(string Feature, ImmutableArray<RolloutStage> Stages, RollbackPolicy Rollback)
{
    /// <summary>
    /// <see cref="MetricRule.MinimumSample"/> of every rule judged for this rollout that names none itself; null for
    /// the default. Written <c>minimum_sample: 20</c> beside <c>feature</c>; 1 to 1,000,000.
    /// </summary>
    public long? MinimumSample { get; init; }

    /// <summary>
    /// The stages one percentage at a time: a stage with the list 25, 50, 100 becomes three steps that share its
    /// duration equally. Criteria hold in each step; what people tick is asked for at the last step of its stage.
    /// </summary>
    public ImmutableArray<RolloutStep> Steps()
    {
        var steps = ImmutableArray.CreateBuilder<RolloutStep>();
        ImmutableArray<string> cohorts = [];
        for (var index = 0; index < Stages.Length; index++)
        {
            var stage = Stages[index];
            cohorts = [.. cohorts.Union(stage.Audience, StringComparer.Ordinal)];
            for (var part = 0; part < stage.Percentages.Length; part++)
            {
                var isLast = part == stage.Percentages.Length - 1;
                steps.Add(new RolloutStep(
                    steps.Count,
                    index,
                    stage.Name,
                    part + 1,
                    stage.Percentages.Length,
                    stage.Percentages[part],
                    stage.Duration / stage.Percentages.Length,
                    cohorts,
                    stage.Criteria,
                    isLast ? stage.Ticked : [],
                    stage.ExpectedUsers));
            }
        }

        return steps.ToImmutable();
    }
}

/// <param name="Name">Lower case: <c>internal</c>, <c>beta</c>.</param>
/// <param name="Title">For people; the name when the plan gives none.</param>
/// <param name="Percentages">One or several; several share the duration equally.</param>
/// <param name="Duration">Observed healthy time before the next stage; the total over all percentages.</param>
/// <param name="Audience">Cohorts that are exposed whatever their bucket; empty for percentage alone.</param>
/// <param name="Criteria">All must be good to advance; one that is bad rolls back.</param>
/// <param name="Ticked">What people confirm before the stage may end.</param>
/// <param name="ExpectedUsers">How many users the stage is meant to reach; null when the plan does not say.</param>
public sealed record RolloutStage(
    string Name,
    string Title,
    ImmutableArray<Percentage> Percentages,
    TimeSpan Duration,
    ImmutableArray<string> Audience,
    ImmutableArray<MetricRule> Criteria,
    ImmutableArray<TickedCriterion> Ticked,
    UserRange? ExpectedUsers);

/// <summary>A criterion that no metric decides: somebody with the role ticks it.</summary>
public sealed record TickedCriterion(string Text, Role Role);

/// <summary>A head-count, both ends included.</summary>
public sealed record UserRange(int From, int To);

/// <param name="Automatic">Harm rolls back by itself; false holds the stage and asks.</param>
/// <param name="Conditions">Any one that is true is harm, in every stage.</param>
public sealed record RollbackPolicy(bool Automatic, ImmutableArray<MetricRule> Conditions);

/// <summary>One percentage of one stage.</summary>
/// <param name="Index">0-based over the whole plan.</param>
/// <param name="StageIndex">0-based index in <see cref="RolloutPlan.Stages"/>.</param>
/// <param name="Part">1-based within the stage.</param>
/// <param name="Parts">How many steps the stage has.</param>
/// <param name="Cohorts">The audience of this stage and of every earlier one.</param>
/// <param name="Ticked">Empty on all but the last step of a stage.</param>
public sealed record RolloutStep(
    int Index,
    int StageIndex,
    string Stage,
    int Part,
    int Parts,
    Percentage Percentage,
    TimeSpan Duration,
    ImmutableArray<string> Cohorts,
    ImmutableArray<MetricRule> Criteria,
    ImmutableArray<TickedCriterion> Ticked,
    UserRange? ExpectedUsers)
{
    /// <summary><c>beta</c>, or <c>gradual 2/3</c> where the stage has several steps.</summary>
    public string Name => Parts == 1 ? Stage : $"{Stage} {Part}/{Parts}";
}
