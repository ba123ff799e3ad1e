using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Rollouts;

/// <summary>
/// One round of looks: read what is due, judge in memory, decide, and write. Rounds of many quiet rollouts cost one
/// transaction; whatever moves a rollout has one of its own.
/// </summary>
public sealed partial class RolloutTicker(
    Store store,
    RolloutSurroundings surroundings,
    IHealthJudge judge,
    IHealthSources sources,
    RollbackSteps steps,
    IOptions<RolloutOptions> options,
    TimeProvider clock,
    ILogger<RolloutTicker> logger)
{
    private static readonly Actor Engine = Actor.System(RolloutTick.Engine);
    private const int MostPerTransaction = 100;
    private const int MostTries = 5;

    // Per rollout: the stretch that was running and when it was looked at last. Only in memory, because a monotonic
    // time means nothing to another process; after a restart the first look counts nothing.
    private readonly Dictionary<Guid, (int Stretch, long At)> looks = [];

    /// <summary>
    /// How long a round waits for what was observed to be stored. Real time: this is about the database, not about the
    /// rollout. Tests that expect every tick to count have more patience with a busy machine.
    /// </summary>
    internal TimeSpan LongestStoring { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Ticks the rollouts named, as far as their rules are judged.</summary>
    /// <returns>Those whose rules still are, with the time until their next look.</returns>
    public async Task<ImmutableDictionary<Guid, TimeSpan>> RoundAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        var asked = ids.ToArray();
        var rollouts = await LoadAsync(asked, cancellationToken);
        var quiet = new List<(Rollout Before, Rollout After)>();
        var moved = new List<(Rollout Before, RolloutDecision Decision)>();
        var proved = new List<(Rollout Before, RolloutDecision Decision)>();
        var next = ImmutableDictionary.CreateBuilder<Guid, TimeSpan>();
        foreach (var rollout in rollouts)
        {
            var decision = await LookAsync(rollout, cancellationToken);
            var isSaved = true;
            if (decision.Proves(rollout)) proved.Add((rollout, decision));
            else if (decision.IsQuiet) quiet.Add((rollout, decision.Rollout));
            else if (decision.Intents.IsEmpty) moved.Add((rollout, decision));
            else isSaved = await SaveAsync([(rollout, decision)], cancellationToken);
            // Somebody acted since it was read: what was found is decided at once on what he made of it.
            if (!isSaved) next[rollout.Id] = TimeSpan.Zero;
            else if (decision.Rollout.IsJudged) next[rollout.Id] = decision.Rollout.Terms.Tick(options.Value.LongestTick);
        }

        if (proved.Count > 0 && await IsStoredAsync(proved))
        {
            moved.AddRange(proved.Where(pair => !pair.Decision.IsQuiet));
            quiet.AddRange(proved.Where(pair => pair.Decision.IsQuiet).Select(pair => (pair.Before, pair.Decision.Rollout)));
        }

        // What takes something back was saved as it was found. The rest may be all of them, as when their source goes
        // away: so many commits, one after the other, would keep the next look waiting.
        foreach (var some in moved.Chunk(MostPerTransaction)) await SaveAsync(some, cancellationToken);
        await SaveQuietAsync(quiet, cancellationToken);
        foreach (var gone in asked.Where(id => !next.ContainsKey(id))) looks.Remove(gone);
        return next.ToImmutable();
    }

    /// <summary>
    /// Looks between two ticks at rollouts whose newest reports may be enough for harm. Only what changes a state counts;
    /// time, and whatever else there is, is the next tick's.
    /// </summary>
    public async Task LookEarlyAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        foreach (var rollout in await LoadAsync([.. ids], cancellationToken)) await LookEarlyAsync(rollout, cancellationToken);
    }

    private async Task LookEarlyAsync(Rollout rollout, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            var decision = await DecideAsync(rollout, TimeSpan.Zero, isEarly: true, cancellationToken);
            if (decision.Widens(rollout) || (decision.Rollout.State == rollout.State && decision.Intents.IsEmpty)) return;
            if (await SaveAsync([(rollout, decision)], cancellationToken) || tried == MostTries) return;
            // Somebody acted since it was read, as whoever pauses the others of a release that was taken back: harm does not wait for the next tick.
            if (await LoadAsync([rollout.Id], cancellationToken) is not [var current]) return;
            rollout = current;
        }
    }

    /// <summary>What was looked at before counts no more: another node may have had the lease meanwhile.</summary>
    public void Forget() => looks.Clear();

    // Those whose rules are judged, with no time of theirs ahead of the clock.
    private async Task<List<Rollout>> LoadAsync(Guid[] ids, CancellationToken cancellationToken)
    {
        var loaded = await store.ReadAsync((db, token) => db.Set<Rollout>().Where(row => ids.Contains(row.Id)).ToListAsync(token), cancellationToken);
        var judged = loaded.Where(rollout => rollout.IsJudged).ToList();
        for (var i = 0; i < judged.Count; i++)
        {
            if (RolloutTick.PutRight(judged[i], clock.GetUtcNow()) is not { } right) continue;
            await SaveAsync([(judged[i], right)], cancellationToken);
            judged[i] = right.Rollout;
        }

        return judged;
    }

    private async Task<RolloutDecision> LookAsync(Rollout rollout, CancellationToken cancellationToken)
    {
        var at = clock.GetTimestamp();
        var elapsed = looks.TryGetValue(rollout.Id, out var last) && last.Stretch == rollout.Stretch ? clock.GetElapsedTime(last.At, at) : TimeSpan.Zero;
        var decision = await DecideAsync(rollout, elapsed, isEarly: false, cancellationToken);
        looks[rollout.Id] = (decision.Rollout.Stretch, at);
        return decision;
    }

    /// <summary>What the rules say of a rollout now; nothing is saved.</summary>
    internal async Task<RolloutDecision> DecideAsync(Rollout rollout, TimeSpan elapsed, bool isEarly, CancellationToken cancellationToken)
    {
        var gates = await surroundings.RecentGatesAsync(rollout, cancellationToken);
        var now = clock.GetUtcNow();
        var tick = rollout.Terms.Tick(options.Value.LongestTick);
        var scope = new HealthScope(rollout.Id, rollout.StageStartedAt ?? now, tick)
        {
            RolloutStarted = rollout.StartedAt,
            Exposure = rollout.Exposed,
            IsSplit = rollout.Terms.IsSplit(rollout.CurrentStep),
            IsEarly = isEarly,
        };
        var verdicts = judge.Judge(scope, rollout.Terms.RulesOf(rollout.CurrentStep), now);
        var input = new TickInput(verdicts, sources.Freshness(rollout.Id, now), gates, elapsed, tick);
        var decision = RolloutTick.Tick(rollout, input, now);
        if (isEarly || !decision.Widens(rollout)) return decision;
        // Widening is decided on gates as they are now, not as they were half a minute ago.
        input = input with { Gates = await surroundings.GatesAsync(rollout, cancellationToken) };
        return RolloutTick.Tick(rollout, input, now);
    }

    // Time that was observed counts only once what was observed is stored: a kill must not leave the one without the
    // other. What could not be stored in a while is not counted; harm has been acted on by then.
    private async Task<bool> IsStoredAsync(List<(Rollout Before, RolloutDecision Decision)> proved)
    {
        try
        {
            if (await sources.StoreAsync([.. proved.Select(pair => pair.Before.Id)]).WaitAsync(LongestStoring, TimeProvider.System)) return true;
        }
        catch (TimeoutException)
        {
        }

        Log.NotStored(logger, proved.Count);
        return false;
    }

    /// <returns>Whether all of them were saved; not those that somebody acted on since they were read.</returns>
    internal async Task<bool> SaveAsync(IReadOnlyList<(Rollout Before, RolloutDecision Decision)> decided, CancellationToken cancellationToken)
    {
        var ids = decided.Select(pair => pair.Before.Id).ToArray();
        var isWhole = true;
        var saved = await store.WriteAsync<Done>(
            Engine,
            async (write, token) =>
            {
                var rows = await write.Db.Set<Rollout>().Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, token);
                foreach (var (before, decision) in decided)
                {
                    // Somebody acted since the look: his word stands, and the next look sees it.
                    if (rows.TryGetValue(before.Id, out var current) && current.Version == before.Version) await RolloutWrite.SaveAsync(write, current, decision, steps, token);
                    else isWhole = false;
                }

                return Done.Yes;
            },
            cancellationToken);
        if (saved.IsAccepted) return isWhole;
        if (saved.Refusal.Kind != RefusalKind.Stale || decided.Count == 1) return false;
        // Somebody acted on one of them in this very moment; the others do not wait for that.
        isWhole = true;
        foreach (var one in decided) isWhole &= await SaveAsync([one], cancellationToken);
        return isWhole;
    }

    private async Task SaveQuietAsync(List<(Rollout Before, Rollout After)> quiet, CancellationToken cancellationToken)
    {
        var changed = quiet.Where(pair => pair.After.Counted != pair.Before.Counted || pair.After.Because != pair.Before.Because).ToList();
        if (changed.Count == 0) return;
        await store.WriteAsync<Done>(
            Engine,
            async (write, token) =>
            {
                foreach (var (before, after) in changed)
                {
                    await write.Db.Set<Rollout>()
                        .Where(row => row.Id == before.Id && row.Version == before.Version)
                        .ExecuteUpdateAsync(set => set.SetProperty(row => row.Counted, after.Counted).SetProperty(row => row.Because, after.Because), token);
                }

                return Done.Yes;
            },
            cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "What was observed of {Rollouts} rollouts could not be stored in time; it is not counted")]
        public static partial void NotStored(ILogger logger, int rollouts);
    }
}
