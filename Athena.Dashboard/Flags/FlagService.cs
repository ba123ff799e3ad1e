using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Flags;

/// <summary>Writes of people and of the schedule. Those of other slices are in <see cref="FlagExposureService"/>.</summary>
public sealed class FlagService(Store store, FlagSnapshots snapshots, IProcessCatalog process)
{
    /// <summary>Creates a flag that is off in every environment.</summary>
    public async Task<Outcome<Flag>> CreateAsync(FlagDescription description, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.EditFlags, "create flags") is { } forbidden) return forbidden;
        var created = await store.WriteAsync<Flag>(
            actor,
            async (write, token) =>
            {
                var decided = Flag.Create(description, write.Now);
                if (!decided.IsAccepted) return decided.Refusal;
                var flag = decided.Value.State;
                if (await write.Db.Set<Flag>().AnyAsync(other => other.Key == flag.Key, token))
                    return Refusal.Conflict("flag_exists", $"There is a flag {flag.Key} already.", "Choose another key.");
                write.Add(flag);
                foreach (var environment in process.Current.Document.Environments)
                    write.Add(FlagEnvironments.Untouched(flag.Key, environment.Key) with { Version = 1 });
                write.Append(decided.Value, after: flag);
                return flag;
            },
            cancellationToken);
        if (created.IsAccepted) await snapshots.RefreshAsync(created.Value.Key, cancellationToken);
        return created;
    }

    /// <param name="version">The flag's version that the author saw.</param>
    public async Task<Outcome<Flag>> DescribeAsync(
        string key, long version, FlagDescription description, string reason, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.EditFlags, "edit flags") is { } forbidden) return forbidden;
        var described = await store.WriteAsync<Flag>(
            actor,
            async (write, token) =>
            {
                if (await write.Db.Set<Flag>().FirstOrDefaultAsync(row => row.Key == key, token) is not { } flag) return Refusal.NotFound("flag", key);
                if (flag.Version != version) return Refusal.Stale($"The flag {key}");
                var decided = flag.Describe(description with { Key = key }, reason);
                if (!decided.IsAccepted) return decided.Refusal;
                if (decided.Value.Events.IsEmpty) return flag;
                var before = flag with { };
                var next = decided.Value.State with { Version = write.Replace(flag, decided.Value.State) };
                write.Append(decided.Value, before, next);
                return next;
            },
            cancellationToken);
        if (described.IsAccepted) await snapshots.RefreshAsync(key, cancellationToken);
        return described;
    }

    /// <summary>Removes a flag that exposes nobody any more. Its history stays in the event log.</summary>
    public async Task<Outcome<Done>> DeleteAsync(string key, long version, string reason, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.EditFlags, "delete flags") is { } forbidden) return forbidden;
        var deleted = await store.WriteAsync<Done>(
            actor,
            async (write, token) =>
            {
                if (await write.Db.Set<Flag>().FirstOrDefaultAsync(row => row.Key == key, token) is not { } flag) return Refusal.NotFound("flag", key);
                if (flag.Version != version) return Refusal.Stale($"The flag {key}");
                var settings = await write.Db.Set<FlagEnvironment>().Where(row => row.FlagKey == key).ToListAsync(token);
                var inUse = settings.Where(setting => setting.Enabled || setting.RolloutId is not null || setting.Experiment is not null).ToList();
                if (inUse.Count > 0)
                {
                    return Refusal.Conflict("flag_in_use", $"The flag {key} is still in use.", "Switch it off everywhere and finish its rollouts and experiments first.") with
                    {
                        Items = [.. inUse.Select(setting => new RefusalItem(setting.Environment, setting.RolloutId is not null ? "is owned by a rollout" : setting.Experiment is { } experiment ? $"is held by the experiment {experiment}" : "is on"))],
                    };
                }

                var needing = (await write.Db.Set<FlagEnvironment>().AsNoTracking().Where(row => row.FlagKey != key).ToListAsync(token))
                    .Where(setting => setting.Prerequisites.Any(wanted => wanted.Flag == key)).ToList();
                if (needing.Count > 0)
                {
                    return Refusal.Conflict("flag_needed", $"Other flags need {key}.", "Take it out of their prerequisites first.") with
                    {
                        Items = [.. needing.Select(setting => new RefusalItem($"{setting.FlagKey} in {setting.Environment}", "needs it"))],
                    };
                }

                write.Db.Remove(flag);
                write.Append(new FlagDeleted(key, reason.Trim()), before: flag);
                return Done.Yes;
            },
            cancellationToken);
        if (deleted.IsAccepted) snapshots.Remove(key);
        return deleted;
    }

    /// <param name="version">The setting's version that the person saw; null where it does not matter, as for switching off.</param>
    public Task<Outcome<FlagEnvironment>> SwitchAsync(
        string key, string environment, bool on, long? version, string reason, Consent consent, Actor actor, CancellationToken cancellationToken) =>
        MakeAsync(FlagChange.Switch(key, environment, on, version), reason, consent, actor, cancellationToken);

    /// <param name="version">The setting's version that the author saw.</param>
    public Task<Outcome<FlagEnvironment>> EditAsync(
        string key, string environment, long version, FlagSettings settings, string reason, Consent consent, Actor actor, CancellationToken cancellationToken) =>
        MakeAsync(FlagChange.Edit(key, environment, version, settings), reason, consent, actor, cancellationToken);

    /// <summary>Takes one change of the history back.</summary>
    /// <param name="change">An event of this flag that changed a setting.</param>
    public async Task<Outcome<FlagEnvironment>> RevertAsync(string key, EventRow change, string reason, Consent consent, Actor actor, CancellationToken cancellationToken)
    {
        var reversion = FlagChange.Revert(key, change);
        return reversion.IsAccepted ? await MakeAsync(reversion.Value, reason, consent, actor, cancellationToken) : reversion.Refusal;
    }

    /// <summary>Makes a change of one setting, if nothing stands against it.</summary>
    public Task<Outcome<FlagEnvironment>> MakeAsync(FlagChange change, string reason, Consent consent, Actor actor, CancellationToken cancellationToken) => DecideAsync(
        change.Key,
        change.Environment,
        change.Version,
        reason,
        consent,
        actor,
        (setting, terms) => change.Decide(setting, terms),
        cancellationToken,
        scopeOf: change.PrepareAsync);

    /// <summary>Does what the schedule of one setting says by now.</summary>
    public Task<Outcome<FlagEnvironment>> FollowScheduleAsync(string key, string environment, CancellationToken cancellationToken) =>
        DecideAsync(
            key,
            environment,
            version: null,
            "By schedule",
            consent: default,
            Actor.System("flag schedule"),
            (setting, terms) => setting.FollowSchedule(terms),
            cancellationToken);

    /// <summary>Loads a setting, lets <paramref name="decide"/> decide, saves what came of it and takes it over into evaluation.</summary>
    internal async Task<Outcome<FlagEnvironment>> DecideAsync(
        string key,
        string environment,
        long? version,
        string reason,
        Consent consent,
        Actor actor,
        Func<FlagEnvironment, ChangeTerms, Outcome<Decision<FlagEnvironment>>> decide,
        CancellationToken cancellationToken,
        Func<Write, CancellationToken, Task<Outcome<bool>>>? isRepeated = null,
        Func<AthenaDbContext, Flag, FlagEnvironment, CancellationToken, Task<TargetingScope>>? scopeOf = null)
    {
        if (process.Current.Document.FindEnvironment(environment) is not { } target) return Refusal.NotFound("environment", environment);
        if (actor.Environment is { } bound && bound != environment)
            return Refusal.Forbidden($"{actor.Name} belongs to the environment {bound} and may not change flags in {environment}.");
        Flag? flag = null;
        var decidedOn = await store.WriteAsync<FlagEnvironment>(
            actor,
            async (write, token) =>
            {
                flag = await write.Db.Set<Flag>().AsNoTracking().FirstOrDefaultAsync(row => row.Key == key, token);
                if (flag is null) return Refusal.NotFound("flag", key);
                var row = await write.Db.Set<FlagEnvironment>().FirstOrDefaultAsync(row => row.FlagKey == key && row.Environment == environment, token);
                var before = row is null ? FlagEnvironments.Untouched(key, environment) : row with { };
                if (isRepeated is not null)
                {
                    var repeated = await isRepeated(write, token);
                    if (!repeated.IsAccepted) return repeated.Refusal;
                    if (repeated.Value) return before;
                }

                if (version is not null && version != before.Version) return Refusal.Stale($"The setting of {key} in {environment}");
                var terms = new ChangeTerms(actor, target, reason, consent, write.Now)
                {
                    Previous = await FlagEnvironments.PreviousAsync(write.Db, flag, target, process.Current.Document, token),
                };
                if (scopeOf is not null) terms = terms with { Scope = await scopeOf(write.Db, flag, before, token) };
                var decided = decide(before, terms);
                if (!decided.IsAccepted) return decided.Refusal;
                if (decided.Value.Events.IsEmpty) return before;
                var next = decided.Value.State with { Version = before.Version + 1 };
                if (row is null) write.Add(next);
                else write.Replace(row, next);
                write.Append(decided.Value, before, next);
                return next;
            },
            cancellationToken);
        if (decidedOn.IsAccepted) snapshots.Apply(flag!, decidedOn.Value);
        return decidedOn;
    }
}
