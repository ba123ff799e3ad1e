using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Rollouts.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Rollouts;

/// <summary>
/// Carries out what decisions want of other slices: the intent is committed already, it is executed under its own id,
/// then marked done. A kill in between means that it is executed again, which changes nothing. One rollout's intents
/// run one after the other and on one node only, so that a late widening can never land behind a rollback.
/// </summary>
public sealed partial class RolloutJournal(
    Store store,
    IFlagExposure flags,
    IReleaseProgress releases,
    RollbackSteps steps,
    IOptions<RolloutOptions> options,
    TimeProvider clock,
    ILogger<RolloutJournal> logger)
{
    private static readonly Actor Engine = Actor.System(RolloutTick.Engine);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, Task> running = [];
    private readonly HashSet<Guid> again = [];

    /// <summary>Starts whatever is pending and not under way yet; rollouts do not wait for each other.</summary>
    public async Task StartPendingAsync(CancellationToken cancellationToken)
    {
        var waiting = await store.ReadAsync(
            (db, token) => db.Set<IntentRow>().Where(intent => intent.State == IntentState.Pending).Select(intent => intent.RolloutId).Distinct().ToListAsync(token),
            cancellationToken);
        lock (gate)
        {
            foreach (var id in waiting)
            {
                if (running.ContainsKey(id)) again.Add(id);
                else running[id] = Task.Run(() => RunUntilQuietAsync(id, cancellationToken), CancellationToken.None);
            }
        }
    }

    /// <summary>Waits for what is under way; its errors were logged and its intents stay pending.</summary>
    public async Task StopAsync()
    {
        Task[] tasks;
        lock (gate) tasks = [.. running.Values];
        foreach (var task in tasks) await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Carries out all that is pending for one rollout, in order.</summary>
    public async Task RunAsync(Guid rolloutId, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var (intent, rollout) = await NextAsync(rolloutId, cancellationToken);
            if (intent is null || rollout is null || !await IsDueAsync(intent, cancellationToken)) return;
            try
            {
                var outcome = await ExecuteAsync(intent, rollout, cancellationToken);
                // Somebody else wrote the same row in the same moment; that is no answer.
                if (outcome.Refusal is not { Kind: RefusalKind.Stale }) await ConcludeAsync(intent, outcome, cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                Log.IntentFailed(logger, failure, intent.Kind, intent.Name ?? "", rollout.Name.ToString(), intent.Failures + 1);
                await NoteFailureAsync(intent.Id, failure, cancellationToken);
                var pause = Pause * Math.Pow(2, Math.Min(intent.Failures, 5));
                await Task.Delay(pause < LongestPause ? pause : LongestPause, clock, cancellationToken);
            }
        }
    }

    private async Task RunUntilQuietAsync(Guid rolloutId, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await RunAsync(rolloutId, cancellationToken);
            }
            catch (Exception failure)
            {
                if (!cancellationToken.IsCancellationRequested) Log.JournalFailed(logger, failure, rolloutId);
            }

            lock (gate)
            {
                // Asked for while the last look was already under way: that look may have missed it.
                if (again.Remove(rolloutId) && !cancellationToken.IsCancellationRequested) continue;
                running.Remove(rolloutId);
                return;
            }
        }
    }

    private Task<(IntentRow? Intent, Rollout? Rollout)> NextAsync(Guid rolloutId, CancellationToken cancellationToken) =>
        store.ReadAsync<(IntentRow?, Rollout?)>(
            async (db, token) =>
            {
                var intent = await db.Set<IntentRow>()
                    .Where(row => row.RolloutId == rolloutId && row.State == IntentState.Pending)
                    .OrderBy(row => row.Position).FirstOrDefaultAsync(token);
                return intent is null ? (null, null) : (intent, await db.Set<Rollout>().FirstOrDefaultAsync(row => row.Id == rolloutId, token));
            },
            cancellationToken);

    /// <summary>
    /// What follows a step down waits a while, so that each step is served for long enough to be seen. Whoever does not
    /// want to wait supersedes it. Asked again with the next round of the journal.
    /// </summary>
    private async Task<bool> IsDueAsync(IntentRow intent, CancellationToken cancellationToken)
    {
        if (intent.Kind is not (IntentKind.StepDown or IntentKind.RollbackStep)) return true;
        var before = await store.ReadAsync(
            (db, token) => db.Set<IntentRow>().FirstOrDefaultAsync(row => row.RolloutId == intent.RolloutId && row.Position == intent.Position - 1, token), cancellationToken);
        // A clock that was put back in between must not keep people exposed for as long as it was ahead.
        return before is not { Kind: IntentKind.StepDown, State: IntentState.Done, DoneAt: { } doneAt }
            || clock.GetUtcNow() - doneAt >= TimeSpan.FromSeconds(options.Value.GradualSeconds)
            || ClockPutBack.Shows(doneAt, clock.GetUtcNow());
    }

    private async Task<Outcome<string>> ExecuteAsync(IntentRow intent, Rollout rollout, CancellationToken cancellationToken)
    {
        switch (intent.Kind)
        {
            case IntentKind.ClaimFlag:
                var claimed = await flags.ClaimAsync(intent.Id, rollout.FlagKey, rollout.Environment, rollout.Id, Engine, cancellationToken);
                return claimed.Then<string>(_ => "The rollout owns the flag's percentage.");
            case IntentKind.SetExposure:
                return await SetExposureAsync(intent, rollout, $"Stage {rollout.Terms.Steps[intent.Step!.Value].Name} of the rollout of {rollout.Release}", cancellationToken);
            case IntentKind.StepDown:
                return await SetExposureAsync(intent, rollout, rollout.Rollback!.Reason, cancellationToken);
            case IntentKind.ReleaseFlag:
                var freed = await flags.ReleaseAsync(intent.Id, rollout.FlagKey, rollout.Environment, rollout.Id, Engine, cancellationToken);
                return freed.Then<string>(_ => "The flag is free again.");
            case IntentKind.CompleteRelease:
                return await CompleteReleaseAsync(intent, rollout, cancellationToken);
            case IntentKind.RollbackStep:
                return steps.Find(intent.Name!) is { } step
                    ? await step.ExecuteAsync(intent.Id, rollout.Rollback!, cancellationToken)
                    : Refusal.Conflict("step_unknown", $"This version of the product has no step {intent.Name}.");
            default:
                throw new InvalidOperationException($"No way to carry out {intent.Kind}.");
        }
    }

    private async Task<Outcome<string>> SetExposureAsync(IntentRow intent, Rollout rollout, string reason, CancellationToken cancellationToken)
    {
        var step = rollout.Terms.Steps[intent.Step!.Value];
        var set = await flags.SetAsync(
            intent.Id,
            rollout.FlagKey,
            rollout.Environment,
            rollout.Id,
            step.Percentage,
            step.Cohorts,
            reason,
            Engine,
            cancellationToken);
        return set.Then<string>(exposure => $"The flag serves {exposure.Percentage}.");
    }

    private async Task<Outcome<string>> CompleteReleaseAsync(IntentRow intent, Rollout rollout, CancellationToken cancellationToken)
    {
        var others = await store.ReadAsync(
            (db, token) => db.Set<Rollout>().CountAsync(row => row.Release == rollout.Release && row.IsProduction && row.EndedAt == null, token),
            cancellationToken);
        if (others > 0) return "Other rollouts of the release are not over yet.";
        var completed = await releases.CompleteAsync(intent.Id, rollout.Release, Engine, cancellationToken);
        return completed.Then<string>(release => $"Release {release.Version} is completed.");
    }

    private async Task ConcludeAsync(IntentRow executed, Outcome<string> outcome, CancellationToken cancellationToken)
    {
        Outcome<Done> concluded;
        do
        {
            concluded = await store.WriteAsync<Done>(
                Engine,
                async (write, token) =>
                {
                    var intent = await write.Db.Set<IntentRow>().FirstAsync(row => row.Id == executed.Id, token);
                    // Superseded meanwhile: what follows in the journal has the last word.
                    if (intent.State != IntentState.Pending) return Done.Yes;
                    intent.State = outcome.IsAccepted ? IntentState.Done : IntentState.Refused;
                    intent.DoneAt = write.Now;
                    intent.Outcome = outcome.Match(said => said, refusal => refusal.Title);
                    if (await RolloutWrite.LoadAsync(write, intent.RolloutId, token) is not { } rollout) return Done.Yes;
                    if (!outcome.IsAccepted && intent.Kind == IntentKind.ClaimFlag)
                        await RolloutWrite.SupersedeAsync(write, rollout.Id, "The flag could not be claimed.", token);
                    var decision = await ReactAsync(write, intent, rollout, outcome, token);
                    await RolloutWrite.SaveAsync(write, rollout, decision, steps, token);
                    return Done.Yes;
                },
                cancellationToken);
        }
        while (concluded.Refusal is { Kind: RefusalKind.Stale });

        if (outcome.Refusal is { } why) Log.IntentRefused(logger, executed.Kind, executed.Name ?? "", executed.RolloutId, why.Title);
    }

    private static async Task<RolloutDecision> ReactAsync(Write write, IntentRow intent, Rollout rollout, Outcome<string> outcome, CancellationToken cancellationToken)
    {
        switch (intent.Kind)
        {
            case IntentKind.ClaimFlag or IntentKind.SetExposure when outcome.Refusal is { Code: "flag_switched_off" } off:
                return RolloutCommands.Interrupt(rollout, off.Title, RolloutTick.Engine, write.Now, write.Now);
            case IntentKind.ClaimFlag or IntentKind.SetExposure when outcome.Refusal is { } refusal:
                return RolloutCommands.ExposureRefused(rollout, refusal, write.Now);
            case IntentKind.SetExposure:
                return RolloutCommands.ExposureApplied(rollout, intent.Step!.Value, write.Now);
            // Refused, as by a flag that nobody owns any more: what follows goes to zero all the same.
            case IntentKind.StepDown when outcome.IsAccepted:
                return RolloutCommands.SteppedDown(rollout, intent.Step!.Value, write.Now);
            case IntentKind.RollbackStep:
                var lowered = outcome.IsAccepted && intent.Name == FlagRollbackStep.StepName ? RolloutCommands.ExposureWithdrawn(rollout).Rollout : rollout;
                var more = await write.Db.Set<IntentRow>().AnyAsync(
                    row => row.RolloutId == rollout.Id && row.State == IntentState.Pending && row.Id != intent.Id, cancellationToken);
                return more ? RolloutDecision.Unchanged(lowered) : RolloutCommands.RollbackFinished(lowered, write.Now);
            default:
                return RolloutDecision.Unchanged(rollout);
        }
    }

    private Task NoteFailureAsync(Guid id, Exception failure, CancellationToken cancellationToken) =>
        store.WriteAsync<Done>(
            Engine,
            async (write, token) =>
            {
                var intent = await write.Db.Set<IntentRow>().FirstAsync(row => row.Id == id, token);
                intent.Failures++;
                intent.Outcome = failure.Message;
                return Done.Yes;
            },
            cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Kind} {Name} of the rollout {Rollout} failed, time {Attempt}; it is tried again")]
        public static partial void IntentFailed(ILogger logger, Exception failure, IntentKind kind, string name, string rollout, int attempt);

        [LoggerMessage(Level = LogLevel.Error, Message = "The journal of rollout {RolloutId} could not be read or written; it is tried again")]
        public static partial void JournalFailed(ILogger logger, Exception failure, Guid rolloutId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Name} of rollout {RolloutId} was refused: {Why}")]
        public static partial void IntentRefused(ILogger logger, IntentKind kind, string name, Guid rolloutId, string why);
    }
}
