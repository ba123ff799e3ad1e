using Athena.Dashboard.Experiments.Domain;
using Athena.Dashboard.Experiments.Storage;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Experiments;

/// <summary>
/// Writes of people and of the plan. A start takes the flag between two transactions of its own: the intent is written,
/// the flag asked, the start written. What was killed on the way is finished by <see cref="FinishAsync"/>.
/// </summary>
public sealed class ExperimentService(Store store, IFlagExperiments flags, ExperimentQueries queries, IProcessCatalog process)
{
    private static readonly Actor Schedule = Actor.System("experiment schedule");

    public async Task<Outcome<Experiment>> CreateAsync(ExperimentDescription description, Actor actor, CancellationToken cancellationToken)
    {
        if (process.Current.Document.FindEnvironment(description.Environment) is not { } environment)
            return UnknownEnvironment(actor, description.Environment);
        if (ExperimentRights.Lacks(actor, environment, "plan experiments") is { } forbidden) return forbidden;
        var flag = await flags.FindAsync(description.FlagKey, description.Environment, cancellationToken);
        return await store.WriteOrStaleAsync<Experiment>(
            $"The experiment {description.Key}",
            actor,
            async (write, token) =>
            {
                var decided = Experiment.Create(description, flag is null ? null : [.. flag.Variants], write.Now);
                if (!decided.IsAccepted) return decided.Refusal;
                var experiment = decided.Value.State;
                if (await write.Db.Set<Experiment>().AnyAsync(other => other.Key == experiment.Key, token))
                    return Refusal.Conflict("experiment_exists", $"There is an experiment {experiment.Key} already.", "Choose another key.");
                write.Add(experiment);
                write.Append(decided.Value, after: experiment);
                return experiment;
            },
            cancellationToken);
    }

    /// <param name="description">Its key, flag and environment are those of the experiment.</param>
    /// <param name="version">The version that the author saw.</param>
    public async Task<Outcome<Experiment>> DescribeAsync(string key, long version, ExperimentDescription description, Actor actor, CancellationToken cancellationToken)
    {
        if (await queries.FindAsync(key, cancellationToken) is not { } known) return Refusal.NotFound("experiment", key);
        var flag = await flags.FindAsync(known.FlagKey, known.Environment, cancellationToken);
        return await ChangeAsync(
            key,
            version,
            actor,
            environment => ExperimentRights.Lacks(actor, environment, "change experiments"),
            (experiment, now) => experiment.Describe(description with { Key = key, FlagKey = known.FlagKey, Environment = known.Environment }, flag is null ? null : [.. flag.Variants], now),
            cancellationToken);
    }

    /// <param name="version">The version that the person saw.</param>
    public Task<Outcome<Experiment>> StartAsync(string key, long version, Actor actor, CancellationToken cancellationToken) => StartAsync(key, version, byPlan: false, actor, cancellationToken);

    public async Task<Outcome<Experiment>> StopAsync(string key, long version, string reason, Actor actor, CancellationToken cancellationToken) => await LetGoAsync(
        await ChangeAsync(key, version, actor, environment => ExperimentRights.LacksEnding(actor, environment, "stop experiments"), (experiment, now) => experiment.Stop(reason, now), cancellationToken),
        cancellationToken);

    public async Task<Outcome<Experiment>> CancelAsync(string key, long version, string reason, Actor actor, CancellationToken cancellationToken) => await LetGoAsync(
        await ChangeAsync(key, version, actor, environment => ExperimentRights.LacksEnding(actor, environment, "cancel experiments"), (experiment, now) => experiment.Cancel(reason, now), cancellationToken),
        cancellationToken);

    /// <summary>Ends a stopped experiment; the readout of this moment is kept with the decision.</summary>
    public async Task<Outcome<Experiment>> DecideAsync(string key, long version, DecisionKind kind, string? variant, string reason, Actor actor, CancellationToken cancellationToken)
    {
        if (await queries.FindAsync(key, cancellationToken) is not { } known) return Refusal.NotFound("experiment", key);
        var readout = await queries.ReadoutAsync(known, cancellationToken);
        return await ChangeAsync(
            key,
            version,
            actor,
            environment => ExperimentRights.Lacks(actor, environment, "decide on experiments"),
            (experiment, now) => experiment.Decide(kind, variant, reason, readout, actor, now),
            cancellationToken);
    }

    /// <summary>Carries a decision out on the flag, by the flag's ordinary change.</summary>
    public async Task<Outcome<FlagServed>> ShipAsync(string key, string reason, string? confirmation, bool letAhead, bool ask, Actor actor, CancellationToken cancellationToken)
    {
        if (await queries.FindAsync(key, cancellationToken) is not { } experiment) return Refusal.NotFound("experiment", key);
        if (experiment.Decision?.Variant is not { } variant)
            return Refusal.Conflict("nothing_to_ship", $"No variant was decided on in the experiment {key}.", "Decide to ship a treatment or to keep the control first.");
        return await flags.ServeAsync(experiment.FlagKey, experiment.Environment, variant, reason, confirmation, letAhead, ask, actor, cancellationToken);
    }

    /// <summary>Begins and stops what is due by plan; what came due while nobody ran is done once.</summary>
    public async Task FollowPlanAsync(Experiment due, CancellationToken cancellationToken)
    {
        if (due.State == ExperimentState.Planned) await StartAsync(due.Key, due.Version, byPlan: true, Schedule, cancellationToken);
        else if (due.State == ExperimentState.Running) await StopAsync(due.Key, due.Version, "By plan", Schedule, cancellationToken);
    }

    /// <summary>Finishes what a kill left open: a start whose flag may be taken, and a flag that is held for nothing.</summary>
    public async Task FinishAsync(Experiment open, CancellationToken cancellationToken)
    {
        if (open is { State: ExperimentState.Planned, Starting: { } operation }) await TakeFlagAsync(open, operation, byPlan: false, Schedule, cancellationToken);
        else if (open.Holds && open.State != ExperimentState.Running) await LetGoAsync(open, cancellationToken);
    }

    /// <summary>Looks whether the flag still gives what the experiment compares.</summary>
    public async Task CheckFlagAsync(Experiment experiment, CancellationToken cancellationToken)
    {
        var flag = await flags.FindAsync(experiment.FlagKey, experiment.Environment, cancellationToken);
        var what = flag is null ? $"{experiment.FlagKey} is gone."
            : !flag.Enabled ? $"{experiment.FlagKey} was switched off in {experiment.Environment} while the experiment ran."
            : experiment.SharesOf(flag.Shares) is not { } shares || shares.Any(share => Math.Abs(share.Value - experiment.Shares.GetValueOrDefault(share.Key)) > 1e-9)
                ? $"The shares of {experiment.FlagKey} were lowered in {experiment.Environment} while the experiment ran: {string.Join(", ", experiment.Design.Variants.Select(variant => FormattableString.Invariant($"{variant} {100 * flag.Shares.GetValueOrDefault(variant):0.###} %")))}."
            : null;
        if (what is not null) await DisturbAsync(experiment, what, cancellationToken);
    }

    public Task DisturbAsync(Experiment experiment, string what, CancellationToken cancellationToken) =>
        ChangeAsync(experiment.Key, null, Schedule, _ => null, (now, at) => now.Disturb(what, at), cancellationToken);

    private async Task<Outcome<Experiment>> StartAsync(string key, long version, bool byPlan, Actor actor, CancellationToken cancellationToken)
    {
        var intended = await ChangeAsync(
            key, version, actor, environment => ExperimentRights.Lacks(actor, environment, "start experiments"), (experiment, now) => experiment.Begin(Guid.CreateVersion7(now)), cancellationToken, silent: true);
        return intended.IsAccepted ? await TakeFlagAsync(intended.Value, intended.Value.Starting!.Value, byPlan, actor, cancellationToken) : intended.Refusal;
    }

    private async Task<Outcome<Experiment>> TakeFlagAsync(Experiment experiment, Guid operation, bool byPlan, Actor actor, CancellationToken cancellationToken)
    {
        var held = await flags.HoldAsync(operation, experiment.FlagKey, experiment.Environment, experiment.Key, actor, cancellationToken);
        var started = held.IsAccepted
            ? await ChangeAsync(experiment.Key, null, actor, _ => null, (now, at) => now.Start(held.Value.Shares, at), cancellationToken)
            : held.Refusal;
        if (started.IsAccepted)
        {
            // Cancelled by somebody else while the flag was asked.
            if (started.Value.State != ExperimentState.Running) await LetGoAsync(started.Value, cancellationToken);
            return started;
        }

        var reset = await ChangeAsync(experiment.Key, null, actor, _ => null, (now, _) => now.NotStarted(started.Refusal.Title, byPlan), cancellationToken, silent: true);
        if (reset.IsAccepted) await LetGoAsync(reset.Value, cancellationToken);
        return started.Refusal;
    }

    private async Task<Outcome<Experiment>> LetGoAsync(Outcome<Experiment> ended, CancellationToken cancellationToken)
    {
        if (!ended.IsAccepted || !ended.Value.Holds) return ended;
        var experiment = ended.Value;
        var free = await flags.LetGoAsync(Guid.CreateVersion7(), experiment.FlagKey, experiment.Environment, experiment.Key, Schedule, cancellationToken);
        // A flag that is gone holds nothing either; on any other refusal the worker tries again.
        if (!free.IsAccepted && free.Refusal.Kind != RefusalKind.NotFound) return ended;
        await store.WriteAsync<Done>(
            Schedule,
            async (write, token) =>
            {
                await write.Db.Set<Experiment>().Where(row => row.Key == experiment.Key && row.State != ExperimentState.Running && row.Starting == null)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.Holds, false), token);
                return Done.Yes;
            },
            cancellationToken);
        return experiment with { Holds = false };
    }

    /// <param name="version">Null where it does not matter.</param>
    /// <param name="silent">The state is saved also where nothing is told.</param>
    private Task<Outcome<Experiment>> ChangeAsync(
        string key,
        long? version,
        Actor actor,
        Func<TargetEnvironment, Refusal?> lacks,
        Func<Experiment, DateTimeOffset, Outcome<Decision<Experiment>>> decide,
        CancellationToken cancellationToken,
        bool silent = false)
    {
        return version is null ? store.WriteByItselfAsync(actor, WorkAsync, cancellationToken) : store.WriteAsync(actor, WorkAsync, cancellationToken);

        async Task<Outcome<Experiment>> WorkAsync(Write write, CancellationToken token)
        {
            if (await write.Db.Set<Experiment>().FirstOrDefaultAsync(row => row.Key == key, token) is not { } experiment) return Refusal.NotFound("experiment", key);
            if (lacks(process.EnvironmentOf(experiment)) is { } forbidden) return forbidden;
            if (version is { } seen && seen != experiment.Version) return Refusal.Stale($"The experiment {key}");
            var decided = decide(experiment, write.Now);
            if (!decided.IsAccepted) return decided.Refusal;
            if (decided.Value.Events.IsEmpty && !silent) return experiment;
            var before = experiment with { };
            var next = decided.Value.State with { Version = write.Replace(experiment, decided.Value.State) };
            write.Append(decided.Value, before, next);
            return next;
        }
    }

    private Refusal UnknownEnvironment(Actor actor, string environment) =>
        actor.Lacks(Permission.EditFlags, "plan experiments")
        ?? Refusal.Invalid(
            "experiment_invalid",
            "The experiment cannot be created as it is.",
            new RefusalItem("environment", "is not an environment", ExperimentDescription.Shorten(environment), string.Join(", ", process.Current.Document.Environments.Select(known => known.Key))));
}
