using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Rollouts.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Rollouts;

/// <summary>Puts a decision into one transaction: state, events, intents and record.</summary>
internal static class RolloutWrite
{
    /// <summary>Loads the row for a decision; null when there is none.</summary>
    public static Task<Rollout?> LoadAsync(Write write, Guid id, CancellationToken cancellationToken) =>
        write.Db.Set<Rollout>().FirstOrDefaultAsync(rollout => rollout.Id == id, cancellationToken);

    /// <summary>
    /// Saves a decision about the row that this write loaded. The row's version rises with what people would notice: a
    /// tick that only counts time leaves it, so that nobody's button goes stale every ten seconds.
    /// </summary>
    /// <returns>The rollout as it is once committed.</returns>
    public static async Task<Rollout> SaveAsync(Write write, Rollout current, RolloutDecision decision, RollbackSteps steps, CancellationToken cancellationToken)
    {
        if (ReferenceEquals(current, decision.Rollout) && decision.Record is null) return current;
        var before = Picture(current);
        var version = current.Version;
        if (decision.Events.IsEmpty) write.Db.Entry(current).CurrentValues.SetValues(decision.Rollout with { Version = version });
        else version = write.Replace(current, decision.Rollout);
        var after = Picture(decision.Rollout);
        foreach (var happened in decision.Events) write.Append(happened, before, after);
        if (decision.Record is { } record) write.Add(record);
        await AddIntentsAsync(write, decision, steps, cancellationToken);
        return decision.Rollout with { Version = version };
    }

    /// <summary>Saves a new rollout.</summary>
    public static void Add(Write write, RolloutDecision decision)
    {
        write.Add(decision.Rollout);
        foreach (var happened in decision.Events) write.Append(happened, null, Picture(decision.Rollout));
    }

    /// <summary>What was meant to widen exposure is not done any more once it is being taken back.</summary>
    public static async Task SupersedeAsync(Write write, Guid rolloutId, string why, CancellationToken cancellationToken)
    {
        var pending = await write.Db.Set<IntentRow>()
            .Where(intent => intent.RolloutId == rolloutId && intent.State == IntentState.Pending)
            .ToListAsync(cancellationToken);
        foreach (var intent in pending)
        {
            intent.State = IntentState.Superseded;
            intent.DoneAt = write.Now;
            intent.Outcome = why;
        }
    }

    private static async Task AddIntentsAsync(Write write, RolloutDecision decision, RollbackSteps steps, CancellationToken cancellationToken)
    {
        if (decision.Intents.IsEmpty) return;
        var id = decision.Rollout.Id;
        if (decision.Rollout.State == RolloutState.RollingBack) await SupersedeAsync(write, id, "Superseded by the rollback.", cancellationToken);
        var position = await write.Db.Set<IntentRow>().Where(intent => intent.RolloutId == id).MaxAsync(intent => (int?)intent.Position, cancellationToken) ?? 0;
        var wanted = decision.Intents.SelectMany(intent =>
            intent.Kind == IntentKind.RollbackStep ? steps.Names.Select(name => intent with { Name = name }) : [intent]);
        foreach (var intent in wanted)
        {
            write.Add(new IntentRow
            {
                Id = Guid.CreateVersion7(write.Now),
                RolloutId = id,
                Position = ++position,
                Kind = intent.Kind,
                Step = intent.Step,
                Name = intent.Name,
                CreatedAt = write.Now,
            });
        }
    }

    // What audit shows as before and after.
    private static object Picture(Rollout rollout) => new
    {
        rollout.State,
        Stage = rollout.CurrentStep.Name,
        rollout.CurrentStep.Percentage,
        rollout.Exposed,
        rollout.Cause,
        rollout.Because,
    };
}

/// <summary>Everything that a rollback takes back, in order.</summary>
public sealed class RollbackSteps(IEnumerable<IRollbackStep> steps)
{
    private readonly IRollbackStep[] ordered = [.. steps.OrderBy(step => step.Order).ThenBy(step => step.Name, StringComparer.Ordinal)];

    public IEnumerable<string> Names => ordered.Select(step => step.Name);

    /// <summary>Null when the step belonged to an earlier version of the product.</summary>
    public IRollbackStep? Find(string name) => ordered.FirstOrDefault(step => step.Name == name);
}
