using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Rollouts.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Rollouts;

/// <summary>Reads for screens, the API and other slices.</summary>
public sealed class RolloutQueries(Store store, RollbackSteps steps, IHealthJudge judge, IHealthSources sources, IExposedUsers users, RolloutWarnings warnings, TimeProvider clock)
    : IRolloutLookup, IReleaseRollouts
{
    public const int DecisionPage = 50;
    public const int RolloutPage = 100;
    private const int MostTurns = 500;

    /// <summary>All rollouts, those that are not over first, then the newest.</summary>
    public async Task<ImmutableArray<RolloutSummary>> ListAsync(CancellationToken cancellationToken) =>
        await SummariesAsync(rollouts => rollouts.OrderBy(row => row.EndedAt != null).ThenByDescending(row => row.PlannedAt).Take(RolloutPage), cancellationToken);

    public async Task<RolloutSummary?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        (await SummariesAsync(rollouts => rollouts.Where(row => row.Id == id), cancellationToken)).FirstOrDefault();

    public async Task<ImmutableArray<RolloutSummary>> ListOfReleaseAsync(string release, CancellationToken cancellationToken) =>
        await SummariesAsync(rollouts => rollouts.Where(row => row.Release == release).OrderByDescending(row => row.PlannedAt), cancellationToken);

    public async Task<RolloutSummary?> FindActiveAsync(string flagKey, string environment, CancellationToken cancellationToken) =>
        (await SummariesAsync(rollouts => rollouts.Where(row => row.FlagKey == flagKey && row.Environment == environment && row.EndedAt == null), cancellationToken)).FirstOrDefault();

    public async Task<ImmutableArray<RolloutSummary>> ListActiveAsync(CancellationToken cancellationToken) =>
        await SummariesAsync(rollouts => rollouts.Where(row => row.EndedAt == null).OrderByDescending(row => row.PlannedAt), cancellationToken);

    async Task<ImmutableArray<RolloutOfRelease>> IReleaseRollouts.ListAsync(ImmutableArray<string> versions, CancellationToken cancellationToken)
    {
        var asked = versions.ToArray();
        var rollouts = await SummariesAsync(rows => rows.Where(row => asked.Contains(row.Release)).OrderBy(row => row.PlannedAt), cancellationToken);
        return
        [
            .. rollouts.Select(rollout => new RolloutOfRelease(
                rollout.Release,
                rollout.Id,
                $"{rollout.FlagKey} in {rollout.Environment}",
                rollout.State.Word(),
                rollout.Exposed.Thousandths / 1000m,
                rollout.State.IsInStage() || rollout.State == RolloutState.RollingBack)),
        ];
    }

    /// <summary>Everything that a screen about one rollout shows; null when there is none.</summary>
    public async Task<RolloutView?> FindViewAsync(Guid id, CancellationToken cancellationToken)
    {
        var (rollout, intents) = await store.ReadAsync(
            async (db, token) => (
                await db.Set<Rollout>().FirstOrDefaultAsync(row => row.Id == id, token),
                await db.Set<IntentRow>().Where(row => row.RolloutId == id).OrderBy(row => row.Position).ToListAsync(token)),
            cancellationToken);
        if (rollout is null) return null;
        var verdicts = rollout.State.IsInStage() ? judge.Latest(id) : [];
        var journal = intents.Select(intent => new JournalEntry(
            Title(intent, rollout), intent.State, intent.CreatedAt, intent.DoneAt, intent.Failures, intent.Outcome));
        var reached = rollout.StartedAt is null ? [] : await users.ListAsync(id, cancellationToken);
        return new RolloutView(rollout, Summarize(rollout), verdicts, sources.Freshness(id, clock.GetUtcNow()), reached, [.. journal])
        {
            Warnings = await warnings.OfAsync(rollout, cancellationToken),
            Exposures = [.. Exposures(intents, rollout)],
        };
    }

    /// <summary>The newest decisions first, <see cref="DecisionPage"/> at a time.</summary>
    /// <param name="before">Only those before the one with this id; null from the newest.</param>
    public async Task<ImmutableArray<DecisionRecord>> DecisionsAsync(Guid id, Guid? before, CancellationToken cancellationToken)
    {
        var rows = await store.ReadAsync(
            async (db, token) =>
            {
                var all = db.Set<DecisionRecord>().Where(row => row.RolloutId == id);
                if (before is { } last && await all.FirstOrDefaultAsync(row => row.Id == last, token) is { } from)
                    all = all.Where(row => row.At < from.At || (row.At == from.At && row.Id.CompareTo(from.Id) < 0));
                return await all.OrderByDescending(row => row.At).ThenByDescending(row => row.Id).Take(DecisionPage).ToListAsync(token);
            },
            cancellationToken);
        return [.. rows];
    }

    /// <summary>Makes a recorded decision again; null when the rollout has no such decision.</summary>
    public async Task<Replayed?> ReplayAsync(Guid id, Guid decision, CancellationToken cancellationToken)
    {
        var (rollout, record) = await store.ReadAsync(
            async (db, token) => (
                await db.Set<Rollout>().FirstOrDefaultAsync(row => row.Id == id, token),
                await db.Set<DecisionRecord>().FirstOrDefaultAsync(row => row.Id == decision && row.RolloutId == id, token)),
            cancellationToken);
        return rollout is null || record is null ? null : DecisionReplay.Of(rollout, record);
    }

    /// <summary>What the rollout did, the oldest first: all decisions but those that only wrote down verdicts. The last 500.</summary>
    public async Task<ImmutableArray<DecisionRecord>> TurnsAsync(Guid id, CancellationToken cancellationToken)
    {
        var rows = await store.ReadAsync(
            (db, token) => db.Set<DecisionRecord>()
                .Where(row => row.RolloutId == id && row.Kind != DecisionKind.VerdictsChanged && row.Kind != DecisionKind.HourlySummary)
                .OrderByDescending(row => row.At).ThenByDescending(row => row.Id).Take(MostTurns).ToListAsync(token),
            cancellationToken);
        rows.Reverse();
        return [.. rows];
    }

    internal static RolloutSummary Summarize(Rollout rollout) => new(
        rollout.Id,
        rollout.Release,
        rollout.FlagKey,
        rollout.Environment,
        rollout.IsProduction,
        rollout.State,
        rollout.StartedAt is null ? null : rollout.StageName,
        rollout.Terms.Steps.Length,
        rollout.Exposed,
        rollout.Counted,
        rollout.CurrentStep.Duration,
        rollout.Cause,
        rollout.Because,
        rollout.StateSince,
        rollout.StartedAt,
        rollout.EndedAt,
        rollout.Version);

    private async Task<ImmutableArray<RolloutSummary>> SummariesAsync(Func<IQueryable<Rollout>, IQueryable<Rollout>> which, CancellationToken cancellationToken)
    {
        var rows = await store.ReadAsync((db, token) => which(db.Set<Rollout>()).ToListAsync(token), cancellationToken);
        return [.. rows.Select(Summarize)];
    }

    // Of the steps of a rollback, the first one takes the flag back.
    private static IEnumerable<ExposureStep> Exposures(List<IntentRow> intents, Rollout rollout)
    {
        var takesBack = intents.Find(intent => intent.Kind == IntentKind.RollbackStep);
        foreach (var intent in intents)
        {
            if (intent.DoneAt is not { } at) continue;
            if (intent.Kind is IntentKind.SetExposure or IntentKind.StepDown) yield return new ExposureStep(at, rollout.Terms.Steps[intent.Step!.Value].Percentage.Fraction);
            else if (intent == takesBack) yield return new ExposureStep(at, 0);
        }
    }

    private string Title(IntentRow intent, Rollout rollout) => intent.Kind switch
    {
        IntentKind.ClaimFlag => $"Claim {rollout.FlagKey}",
        IntentKind.SetExposure => $"Set {rollout.Terms.Steps[intent.Step!.Value].Percentage} for {rollout.Terms.Steps[intent.Step!.Value].Name}",
        IntentKind.StepDown => $"Back to {rollout.Terms.Steps[intent.Step!.Value].Percentage} of {rollout.Terms.Steps[intent.Step!.Value].Name}",
        IntentKind.ReleaseFlag => $"Free {rollout.FlagKey}",
        IntentKind.CompleteRelease => $"Complete release {rollout.Release}",
        IntentKind.RollbackStep => steps.Find(intent.Name!)?.Title ?? intent.Name!,
        _ => throw new InvalidOperationException($"No title for {intent.Kind}."),
    };
}

/// <param name="Verdicts">What the last look said; empty before the first and when no stage runs.</param>
/// <param name="Users">How many different users were evaluated, for each percentage and audience that was exposed.</param>
/// <param name="Journal">What other slices were and are asked to do, in order.</param>
public sealed record RolloutView(
    Rollout Rollout,
    RolloutSummary Summary,
    ImmutableArray<RuleVerdict> Verdicts,
    SourceFreshness Source,
    ImmutableArray<ExposedUsers> Users,
    ImmutableArray<JournalEntry> Journal)
{
    /// <summary>What is said about the plan while it has not begun.</summary>
    public ImmutableArray<PlanWarning> Warnings { get; init; } = [];

    /// <summary>What share of users had the feature since when, in order.</summary>
    public ImmutableArray<ExposureStep> Exposures { get; init; } = [];

    /// <summary>Users while a step was exposed; null before anybody asked.</summary>
    public ExposedUsers? UsersOf(RolloutStep step) => Users.FirstOrDefault(users => users.AreOf(step.Percentage, step.Cohorts));
}

public sealed record JournalEntry(string Title, IntentState State, DateTimeOffset CreatedAt, DateTimeOffset? DoneAt, int Failures, string? Outcome);
