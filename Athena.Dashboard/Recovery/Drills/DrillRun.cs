using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Recovery.Domain;
using Athena.Dashboard.Rollouts.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Recovery.Drills;

/// <summary>Plays one drill from its beginning to its end, and takes away whatever one left behind.</summary>
internal sealed class DrillRun(
    Store store, IRehearsalFlag rehearsal, IFlagExposure exposure, IFlagLookup flags, IHealthIntake health, IRolloutDrills rollouts, IRolloutLookup active, IRollbackRecords rollbacks, TimeProvider clock)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly Actor Player = Actor.System("recovery drill");

    /// <summary>All parts, one after the other. What goes wrong is the drill's outcome.</summary>
    public async Task PlayAsync(Drill drill, CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(drill, cancellationToken);
        if (!prepared.IsAccepted)
        {
            await SaveAsync(drill.Id, (current, now) => current.Fail($"{prepared.Refusal.Title} {prepared.Refusal.Detail}".TrimEnd(), now), cancellationToken);
            return;
        }

        var reported = await ReportUntilDecidedAsync(drill, prepared.Value, cancellationToken);
        if (reported is { } failure)
        {
            await SaveAsync(drill.Id, (current, now) => current.Fail(failure, now), cancellationToken);
            return;
        }

        await VerifyAsync(drill, prepared.Value, cancellationToken);
    }

    /// <summary>Ends the rollout and switches the flag off, whatever state they are in.</summary>
    /// <returns>False when something is still under way: it is asked for again.</returns>
    public async Task<bool> CleanAsync(Drill drill, CancellationToken cancellationToken)
    {
        var ended = await rollouts.EndAsync(DrillScript.FlagKey, drill.Environment, "The drill is over.", Player, cancellationToken);
        if (!ended.IsAccepted || await active.FindActiveAsync(DrillScript.FlagKey, drill.Environment, cancellationToken) is not null) return false;
        if ((await flags.FindAsync(DrillScript.FlagKey, cancellationToken))?.In(drill.Environment) is { Enabled: true })
        {
            var off = await exposure.SwitchOffAsync(drill.Id, DrillScript.FlagKey, drill.Environment, "The drill is over.", Player, cancellationToken);
            if (!off.IsAccepted) return false;
        }

        await SaveAsync(drill.Id, (current, _) => current.Clean(), cancellationToken);
        return true;
    }

    public Task InterruptAsync(Drill drill, CancellationToken cancellationToken) => SaveAsync(drill.Id, (current, now) => current.Interrupt(now), cancellationToken);

    private async Task<Outcome<Guid>> PrepareAsync(Drill drill, CancellationToken cancellationToken)
    {
        var made = await rehearsal.EnsureAsync(DrillScript.FlagKey, DrillScript.FlagName, DrillScript.FlagText, Player, cancellationToken);
        if (made.Refusal is { } unmade) return unmade;
        // A server that died right here may have left one that nobody knew of.
        var freed = await rollouts.EndAsync(DrillScript.FlagKey, drill.Environment, "A drill that was interrupted left it.", Player, cancellationToken);
        if (freed.Refusal is { } taken) return taken;
        var planned = await rollouts.PlanAsync(drill.Release, drill.Environment, DrillScript.Plan, Player, cancellationToken);
        if (planned.Refusal is { } unplanned) return unplanned;
        // Before it starts: whatever it does from now on is a drill's.
        await SaveAsync(drill.Id, (current, _) => new Decision<Drill>(current with { RolloutId = planned.Value }, []), cancellationToken);
        var started = await rollouts.StartAsync(planned.Value, $"A drill, started by {drill.StartedBy}.", Player, cancellationToken);
        if (started.Refusal is { } unstarted) return unstarted;
        return await UntilAsync(async () => (await flags.FindAsync(DrillScript.FlagKey, cancellationToken))?.In(drill.Environment) is { Enabled: true } shown && shown.Percentage > Percentage.Zero, DrillScript.LongestWait, cancellationToken)
            ? planned.Value
            : Refusal.Conflict("not_exposed", "The flag was not exposed in time.");
    }

    // Healthy at first, then not, until the product decides. Gives why the drill failed, or null.
    private async Task<string?> ReportUntilDecidedAsync(Drill drill, Guid rolloutId, CancellationToken cancellationToken)
    {
        var reporter = Player with { Environment = drill.Environment };
        await SaveAsync(drill.Id, (current, _) => current.GoOn(DrillPart.Healthy), cancellationToken);
        DateTimeOffset? faultAt = null;
        var reportedAt = clock.GetUtcNow();
        for (var number = 1; ; number++)
        {
            // A report covers the time before it. What follows a fault is measured, and is not to wait for the next report.
            if (await UntilAsync(async () => (await StateAsync(rolloutId, cancellationToken)) is not RolloutState.Running and not RolloutState.Held, DrillScript.Interval, cancellationToken))
                return await StateAsync(rolloutId, cancellationToken) is RolloutState.RollingBack or RolloutState.RolledBack ? null : "Somebody paused or ended its rollout.";
            if (clock.GetUtcNow() - faultAt > DrillScript.LongestFault) return $"The fault was not found within {Durations.Format(DrillScript.LongestFault)}.";
            var (faulty, now) = (number > DrillScript.HealthyReports, clock.GetUtcNow());
            var taken = await health.ReportAsync(DrillScript.Report(drill.Id, rolloutId, number, faulty, reportedAt, now), reporter, cancellationToken);
            if (taken.Refusal is { } refusal) return $"A report was refused: {refusal.Title}";
            reportedAt = now;
            if (!faulty || faultAt is not null) continue;
            faultAt = now;
            await SaveAsync(drill.Id, (current, _) => current.GoOn(DrillPart.Faulty, now), cancellationToken);
        }
    }

    private async Task<RolloutState?> StateAsync(Guid rolloutId, CancellationToken cancellationToken) => (await active.FindAsync(rolloutId, cancellationToken))?.State;

    private async Task VerifyAsync(Drill drill, Guid rolloutId, CancellationToken cancellationToken)
    {
        var whole = await UntilAsync(async () => await StateAsync(rolloutId, cancellationToken) == RolloutState.RolledBack, DrillScript.LongestWait, cancellationToken);
        var record = await rollbacks.FindAsync(rolloutId, cancellationToken);
        if (!whole || record is null)
        {
            await SaveAsync(drill.Id, (current, now) => (record is null ? current : current.Follow(record)).Fail("It was decided, and not taken back in time.", now), cancellationToken);
            return;
        }

        await SaveAsync(drill.Id, (current, _) => current.Follow(record).GoOn(DrillPart.Verifying), cancellationToken);
        var answers = await rehearsal.AnswerAsync(DrillScript.FlagKey, drill.Environment, DrillScript.Users, cancellationToken);
        await SaveAsync(
            drill.Id,
            (current, now) => answers.Match(given => current.Verify(record, given, DrillScript.OldValue, now), refusal => current.Fail($"The flag could not be evaluated: {refusal.Title}", now)),
            cancellationToken);
    }

    private async Task<bool> UntilAsync(Func<Task<bool>> condition, TimeSpan longest, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (!await condition())
        {
            if (clock.GetElapsedTime(began) > longest) return false;
            await Task.Delay(Look, clock, cancellationToken);
        }

        return true;
    }

    private async Task SaveAsync(Guid id, Func<Drill, DateTimeOffset, Decision<Drill>> decide, CancellationToken cancellationToken)
    {
        var saved = await store.WriteAsync<Done>(
            Player,
            async (write, token) =>
            {
                if (await write.Db.Set<Drill>().FirstOrDefaultAsync(row => row.Id == id, token) is not { } drill) return Done.Yes;
                var decision = decide(drill, write.Now);
                if (decision.State == drill) return Done.Yes;
                var before = drill with { };
                write.Replace(drill, decision.State);
                write.Append(decision, before, decision.State);
                return Done.Yes;
            },
            cancellationToken);
        if (saved.Refusal is { } refusal) throw new InvalidOperationException(refusal.Title);
    }
}
