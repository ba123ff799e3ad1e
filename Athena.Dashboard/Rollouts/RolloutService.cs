using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Rollouts;

/// <summary>What people, and other slices' events, do to rollouts.</summary>
public sealed class RolloutService(
    Store store,
    RolloutSurroundings surroundings,
    IReleaseLookup releases,
    IFlagLookup flags,
    IProcessCatalog processes,
    IRolloutPlanReader plans,
    RollbackSteps steps,
    RolloutWarnings warnings)
{
    private const int Tries = 20;

    /// <summary>The YAML that an editor begins with: the default plan of the release's process, for this flag.</summary>
    public async Task<string> ProposeAsync(string release, string flagKey, CancellationToken cancellationToken)
    {
        var process = await ProcessOfAsync(await releases.FindAsync(release, cancellationToken), cancellationToken);
        return plans.Write(process.Document.Rollout with { Feature = flagKey });
    }

    /// <summary>What somebody should know who is about to plan this; nothing as long as the plan cannot be read.</summary>
    public async Task<ImmutableArray<PlanWarning>> WarnAsync(RolloutRequest request, CancellationToken cancellationToken)
    {
        var process = await ProcessOfAsync(await releases.FindAsync(request.Release, cancellationToken), cancellationToken);
        return process.Document.FindEnvironment(request.Environment) is { } environment && ReadPlan(request, process.Document, ImmutableArray.CreateBuilder<RefusalItem>()) is { } plan
            ? warnings.Of(RolloutTerms.Of(plan, process.Document, process.Number), environment.Key, process.Document.Metrics)
            : [];
    }

    /// <summary>Plans a rollout. Everything that is wrong with the request and its plan is refused together.</summary>
    public async Task<Outcome<RolloutSummary>> PlanAsync(RolloutRequest request, Actor actor, CancellationToken cancellationToken)
    {
        var release = await releases.FindAsync(request.Release, cancellationToken);
        var process = await ProcessOfAsync(release, cancellationToken);
        var environment = process.Document.FindEnvironment(request.Environment);
        if (RolloutRules.WhyNotPlan(actor, request.Environment, environment?.IsProduction ?? true) is { } forbidden) return forbidden;

        var wrong = ImmutableArray.CreateBuilder<RefusalItem>();
        if (release is null)
            wrong.Add(new RefusalItem("release", "there is no such release", request.Release, "the version of a release"));
        else if (release.State is ReleaseState.Completed or ReleaseState.Cancelled)
            wrong.Add(new RefusalItem("release", "is over", request.Release, "a release that is neither completed nor cancelled"));
        if (environment is null)
            wrong.Add(new RefusalItem("environment", "there is no such environment", request.Environment, string.Join(", ", process.Document.Environments.Select(one => one.Key))));
        var plan = ReadPlan(request, process.Document, wrong);
        var flagKey = request.FlagKey ?? plan?.Feature;
        if (plan is not null && request.FlagKey is { } named && plan.Feature != named)
            wrong.Add(new RefusalItem("plan.feature", "is another flag than the one named", plan.Feature, named));
        if (flagKey is not null && await flags.FindAsync(flagKey, cancellationToken) is null)
            wrong.Add(new RefusalItem(request.FlagKey is null ? "plan.feature" : "flag", "there is no such flag", flagKey, "the key of a flag"));
        if (wrong.Count > 0 || plan is null)
            return Refusal.Invalid("rollout_plan_invalid", "The rollout cannot be planned like this.") with { Items = wrong.ToImmutable() };
        return await AddAsync(release!, environment!, plan, process, actor, cancellationToken);
    }

    public Task<Outcome<RolloutSummary>> StartAsync(Guid id, long? version, string? reason, Actor actor, CancellationToken cancellationToken) =>
        ChangeKnowingAsync(id, version, actor, (rollout, around, now) => RolloutCommands.Start(rollout, actor, around, reason, now), cancellationToken);

    public Task<Outcome<RolloutSummary>> PauseAsync(Guid id, string? reason, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(id, null, actor, (rollout, now) => RolloutCommands.Pause(rollout, actor, reason, now), cancellationToken);

    public Task<Outcome<RolloutSummary>> ResumeAsync(Guid id, long? version, string? reason, Actor actor, CancellationToken cancellationToken) =>
        ChangeKnowingAsync(id, version, actor, (rollout, around, now) => RolloutCommands.Resume(rollout, actor, around, reason, now), cancellationToken);

    public Task<Outcome<RolloutSummary>> AdvanceAsync(Guid id, long? version, string? reason, Actor actor, CancellationToken cancellationToken) =>
        ChangeKnowingAsync(id, version, actor, (rollout, around, now) => RolloutCommands.Advance(rollout, actor, around, reason, now), cancellationToken);

    /// <summary>Takes no version: what lowers exposure is done whatever happened in between.</summary>
    public Task<Outcome<RolloutSummary>> RollBackAsync(Guid id, string? reason, Actor actor, CancellationToken cancellationToken) =>
        RollBackAsync(id, RuleAction.RollBack, reason, actor, cancellationToken);

    /// <param name="action">At once, stage by stage, or with the flag switched off. On a gradual one that is under way the two others end the waiting.</param>
    public Task<Outcome<RolloutSummary>> RollBackAsync(Guid id, RuleAction action, string? reason, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(id, null, actor, (rollout, now) => RolloutCommands.RollBack(rollout, actor, action, reason, now), cancellationToken);

    public Task<Outcome<RolloutSummary>> CallOffAsync(Guid id, long? version, string? reason, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(id, version, actor, (rollout, now) => RolloutCommands.CallOff(rollout, actor, reason, now), cancellationToken);

    /// <param name="criterion">The criterion's text.</param>
    /// <param name="ticked">False takes the tick back.</param>
    public Task<Outcome<RolloutSummary>> TickCriterionAsync(Guid id, long? version, string criterion, bool ticked, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(id, version, actor, (rollout, now) => RolloutCommands.TickCriterion(rollout, actor, criterion, ticked, now), cancellationToken);

    /// <summary>Pauses without being asked; a rollout that is not in a stage stays as it is.</summary>
    internal Task<Outcome<RolloutSummary>> InterruptAsync(Guid id, string reason, DateTimeOffset happenedAt, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(id, null, actor, (rollout, now) => RolloutCommands.Interrupt(rollout, reason, actor.Name, happenedAt, now), cancellationToken);

    /// <summary>Writes a gap in the reports into the decision log, once.</summary>
    /// <param name="recordId">The id of the event that told of it.</param>
    internal async Task NoteGapAsync(HealthGapFound gap, Guid recordId, Actor actor, CancellationToken cancellationToken)
    {
        if (await store.ReadAsync((db, token) => db.Set<DecisionRecord>().AnyAsync(record => record.Id == recordId, token), cancellationToken)) return;
        await ChangeAsync(gap.RolloutId, null, actor, (rollout, now) => RolloutCommands.NoteGap(rollout, gap, recordId, now), cancellationToken);
    }

    private static RolloutPlan? Add(Refusal refusal, ImmutableArray<RefusalItem>.Builder wrong)
    {
        if (refusal.Items.IsEmpty) wrong.Add(new RefusalItem("plan", refusal.Title));
        else wrong.AddRange(refusal.Items);
        return null;
    }

    private RolloutPlan? ReadPlan(RolloutRequest request, ProcessDocument process, ImmutableArray<RefusalItem>.Builder wrong)
    {
        if (request.Plan is not null) return plans.Read(request.Plan, process).Match<RolloutPlan?>(plan => plan, refusal => Add(refusal, wrong));
        if (request.FlagKey is not null) return process.Rollout with { Feature = request.FlagKey };
        wrong.Add(new RefusalItem("plan", "missing", null, "a plan, or a flag for which the default plan is taken"));
        return null;
    }

    private async Task<ProcessVersion> ProcessOfAsync(ReleaseSummary? release, CancellationToken cancellationToken) =>
        (release is null ? null : await processes.FindAsync(release.ProcessVersion, cancellationToken)) ?? processes.Current;

    private async Task<Outcome<RolloutSummary>> AddAsync(
        ReleaseSummary release, TargetEnvironment environment, RolloutPlan plan, ProcessVersion process, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            return await store.WriteAsync<RolloutSummary>(
                actor,
                async (write, token) =>
                {
                    var active = await write.Db.Set<Rollout>().AsNoTracking()
                        .FirstOrDefaultAsync(row => row.FlagKey == plan.Feature && row.Environment == environment.Key && row.EndedAt == null, token);
                    if (active is not null) return Taken(plan.Feature, environment.Key, active);
                    var id = Guid.CreateVersion7(write.Now);
                    var name = new RolloutName(id, release.Version, plan.Feature, environment.Key, environment.IsProduction);
                    var decision = RolloutCommands.Plan(id, name, RolloutTerms.Of(plan, process.Document, process.Number), actor.Name, write.Now);
                    RolloutWrite.Add(write, decision);
                    return RolloutQueries.Summarize(decision.Rollout);
                },
                cancellationToken);
        }
        catch (DbUpdateException) when (!cancellationToken.IsCancellationRequested)
        {
            // Another node planned one in the same moment: the index let only one of them in.
            var active = await store.ReadAsync(
                (db, token) => db.Set<Rollout>().FirstOrDefaultAsync(row => row.FlagKey == plan.Feature && row.Environment == environment.Key && row.EndedAt == null, token),
                cancellationToken);
            if (active is null) throw;
            return Taken(plan.Feature, environment.Key, active);
        }
    }

    private static Refusal Taken(string flagKey, string environment, Rollout active) => Refusal.Conflict(
        "rollout_active",
        $"{flagKey} has a rollout in {environment} already: the one of {active.Release}, {active.State.Word()}.",
        $"See /rollouts/{active.Id}. Finish it, roll it back or call it off first.");

    private async Task<Outcome<RolloutSummary>> ChangeKnowingAsync(
        Guid id, long? version, Actor actor, Func<Rollout, Surroundings, DateTimeOffset, Outcome<RolloutDecision>> decide, CancellationToken cancellationToken)
    {
        var known = await store.ReadAsync((db, token) => db.Set<Rollout>().FirstOrDefaultAsync(row => row.Id == id, token), cancellationToken);
        if (known is null) return Refusal.NotFound("rollout", id.ToString());
        var around = await surroundings.ReadAsync(known, cancellationToken);
        return await ChangeAsync(id, version, actor, (rollout, now) => decide(rollout, around, now), cancellationToken);
    }

    private async Task<Outcome<RolloutSummary>> ChangeAsync(
        Guid id, long? version, Actor actor, Func<Rollout, DateTimeOffset, Outcome<RolloutDecision>> decide, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            var outcome = await store.WriteAsync<RolloutSummary>(
                actor,
                async (write, token) =>
                {
                    if (await RolloutWrite.LoadAsync(write, id, token) is not { } rollout) return Refusal.NotFound("rollout", id.ToString());
                    var decided = decide(rollout, write.Now);
                    // Who may not is told so, however old what he saw is.
                    if (decided.Refusal is { Kind: RefusalKind.Forbidden } forbidden) return forbidden;
                    if (version is { } seen && seen != rollout.Version) return Refusal.Stale("The rollout");
                    if (!decided.IsAccepted) return decided.Refusal;
                    return RolloutQueries.Summarize(await RolloutWrite.SaveAsync(write, rollout, decided.Value, steps, token));
                },
                cancellationToken);
            // Without a version the caller means whatever is there now; a tick in the same moment must not stop him.
            if (version is not null || outcome.Refusal is not { Kind: RefusalKind.Stale } || tried == Tries) return outcome;
        }
    }
}

/// <summary>What somebody wants rolled out.</summary>
/// <param name="Release">The release's version.</param>
/// <param name="FlagKey">Null when the plan names it.</param>
/// <param name="Plan">YAML or JSON as the process writes plans; null for the default plan.</param>
public sealed record RolloutRequest(string Release, string Environment, string? FlagKey, string? Plan);
