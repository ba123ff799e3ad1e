using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Rollouts.Domain.Rehearsals;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Rollouts.Rehearsals;

/// <summary>Rehearsals as people ask for them, cancel them and read them. <see cref="RehearsalWorker"/> carries them out.</summary>
public sealed class RehearsalService(Store store, IHealthRecordings recordings)
{
    /// <summary>Of one rollout; the oldest make room.</summary>
    public const int MostKept = 20;

    private const int MostWaiting = 50;
    private const int MostRecordings = 20;

    /// <summary>Asks for one. Everything that is wrong with the wish is refused together.</summary>
    public async Task<Outcome<Rehearsal>> AskAsync(Guid rolloutId, RehearsalWish wish, Actor actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(rolloutId, cancellationToken) is not { } rollout) return Refusal.NotFound("rollout", rolloutId.ToString());
        if (RolloutRules.WhyNotRehearse(rollout, actor) is { } refusal) return refusal;
        if (Faults(wish) is { IsEmpty: false } faults) return Refusal.Invalid("rehearsal_invalid", "The plan cannot be tried like this.") with { Items = faults };
        if (await WhyNotRecordedAsync(wish, rollout, cancellationToken) is { } missing) return missing;
        return await store.WriteAsync<Rehearsal>(
            actor,
            async (write, token) =>
            {
                var all = await write.Db.Set<Rehearsal>().Where(row => row.RolloutId == rolloutId).OrderByDescending(row => row.RequestedAt).ToListAsync(token);
                if (all.Find(row => !row.IsOver) is not null) return UnderWay(rollout);
                if (await write.Db.Set<Rehearsal>().CountAsync(row => row.State == RehearsalState.Waiting, token) >= MostWaiting)
                    return Refusal.Conflict("rehearsals_waiting", $"{MostWaiting} rehearsals are waiting already.", "One at a time is tried; ask again in a while.");
                write.Db.RemoveRange(all.Skip(MostKept - 1));
                var asked = Rehearsal.Ask(Guid.CreateVersion7(write.Now), rollout, KeyOf(rollout.Terms), wish, actor.Name, write.Now);
                write.Add(asked.State);
                foreach (var happened in asked.Events) write.Append(happened);
                return asked.State;
            },
            cancellationToken);
    }

    public async Task<Outcome<Rehearsal>> CancelAsync(Guid rolloutId, Guid id, Actor actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(rolloutId, cancellationToken) is not { } rollout) return Refusal.NotFound("rollout", rolloutId.ToString());
        if (RolloutRules.WhyNotRehearse(rollout, actor, alsoLater: true) is { } refusal) return refusal;
        return await ChangeAsync(id, actor, current => current.RolloutId != rolloutId ? Refusal.NotFound("rehearsal", id.ToString()) : current.IsOver ? Rehearsal.Over(current) : null,
            (current, now) => current.Cancel(rollout.Name, actor.Name, now), cancellationToken);
    }

    /// <summary>
    /// Of this rollout, the newest first; of another plan for the same flag where this one was never tried. Null when
    /// there is no such rollout.
    /// </summary>
    public async Task<RehearsalView?> ViewAsync(Guid rolloutId, CancellationToken cancellationToken)
    {
        if (await FindAsync(rolloutId, cancellationToken) is not { } rollout) return null;
        var (all, underWay) = await store.ReadAsync(
            async (db, token) => (
                await db.Set<Rehearsal>()
                    .Where(row => row.FlagKey == rollout.FlagKey && row.Environment == rollout.Environment && (row.RolloutId == rolloutId || row.State == RehearsalState.Done))
                    .OrderByDescending(row => row.RequestedAt).Take(2 * MostKept).ToListAsync(token),
                await db.Set<Rehearsal>().CountAsync(row => row.State == RehearsalState.Running || row.State == RehearsalState.Waiting, token)),
            cancellationToken);
        var own = all.Where(row => row.RolloutId == rolloutId).ToImmutableArray();
        var earlier = own.Any(row => row.State == RehearsalState.Done) ? null : all.Find(row => row.RolloutId != rolloutId);
        return new RehearsalView(own, earlier, KeyOf(rollout.Terms), underWay);
    }

    /// <summary>Earlier rollouts whose counts can be used: those of this flag first, then the newest. Empty without any.</summary>
    public async Task<ImmutableArray<Recording>> RecordingsAsync(Guid rolloutId, CancellationToken cancellationToken)
    {
        if (await FindAsync(rolloutId, cancellationToken) is not { } rollout) return [];
        var candidates = await store.ReadAsync(
            (db, token) => db.Set<Rollout>()
                .Where(row => row.Environment == rollout.Environment && row.StartedAt != null && row.Id != rolloutId)
                .OrderByDescending(row => row.FlagKey == rollout.FlagKey).ThenByDescending(row => row.StartedAt).Take(MostRecordings).ToListAsync(token),
            cancellationToken);
        var recorded = (await recordings.ListAsync([.. candidates.Select(row => row.Id)], cancellationToken)).ToDictionary(one => one.RolloutId);
        return [.. candidates.Where(row => recorded.ContainsKey(row.Id)).Select(row => Recording.Of(row, recorded[row.Id]))];
    }

    internal async Task<Outcome<Rehearsal>> ChangeAsync(
        Guid id, Actor actor, Func<Rehearsal, Refusal?> whyNot, Func<Rehearsal, DateTimeOffset, Decision<Rehearsal>> decide, CancellationToken cancellationToken) =>
        await store.WriteAsync<Rehearsal>(
            actor,
            async (write, token) =>
            {
                if (await write.Db.Set<Rehearsal>().FirstOrDefaultAsync(row => row.Id == id, token) is not { } current) return Refusal.NotFound("rehearsal", id.ToString());
                if (whyNot(current) is { } refusal) return refusal;
                var decision = decide(current, write.Now);
                write.Replace(current, decision.State);
                foreach (var happened in decision.Events) write.Append(happened);
                return decision.State;
            },
            cancellationToken);

    internal Task<Rollout?> FindAsync(Guid rolloutId, CancellationToken cancellationToken) =>
        store.ReadAsync((db, token) => db.Set<Rollout>().FirstOrDefaultAsync(row => row.Id == rolloutId, token), cancellationToken);

    private static string KeyOf(RolloutTerms terms) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(terms, JsonColumn.Options)))[..32];

    private static Refusal UnderWay(Rollout rollout) =>
        Refusal.Conflict("rehearsal_under_way", $"A rehearsal of {rollout.Name} is under way already.", "Wait for it, or cancel it first.");

    private static ImmutableArray<RefusalItem> Faults(RehearsalWish wish)
    {
        var faults = wish.Figures.Faults().ToBuilder();
        if (wish.Runs is < RehearsalWish.FewestRuns or > RehearsalWish.MostRuns)
            faults.Add(new RefusalItem("runs", "is out of range", wish.Runs.ToString(CultureInfo.InvariantCulture), $"{RehearsalWish.FewestRuns} to {RehearsalWish.MostRuns}"));
        if (wish.Data == RehearsalData.Simulated && wish.Recording is not null)
            faults.Add(new RefusalItem("recording", "is not used by simulated data", wish.Recording.ToString(), "recorded or played data, or no recording"));
        if (wish.Data != RehearsalData.Simulated && wish.Recording is null)
            faults.Add(new RefusalItem("recording", "is missing", null, "the id of a rollout in the same environment that has run"));
        return faults.ToImmutable();
    }

    private async Task<Refusal?> WhyNotRecordedAsync(RehearsalWish wish, Rollout rollout, CancellationToken cancellationToken)
    {
        if (wish.Recording is not { } id) return null;
        if (await FindAsync(id, cancellationToken) is not { StartedAt: not null } known || known.Environment != rollout.Environment)
            return Refusal.Invalid("recording_unknown", "There is no such recording.", new RefusalItem("recording", "is no rollout that has run in this environment", id.ToString(), "one of /api/rollouts/{id}/recordings"));
        var recorded = (await recordings.ListAsync([id], cancellationToken)).FirstOrDefault();
        var recording = recorded is null ? null : Recording.Of(known, recorded);
        var needed = wish.Data == RehearsalData.Recorded ? (int)RecordedTraffic.Fewest.TotalMinutes : 1;
        return recording?.Minutes >= needed
            ? null
            : Refusal.Conflict(
                "recording_too_short",
                $"The recording of {known.Name} has {Shown(recording?.Minutes ?? 0)}; {Shown(needed)} are needed.",
                recording is null || recording.Minutes == 0 ? "Try the plan with simulated figures instead." : "Its figures can be used to simulate with instead: /api/rollouts/{id}/recordings has them.");
    }

    private static string Shown(int minutes) => minutes == 1 ? "1 minute" : $"{minutes} minutes";
}

/// <summary>Rehearsals as the plan's page shows them.</summary>
/// <param name="Own">The newest first.</param>
/// <param name="Earlier">The last one of another plan for the same flag, where this one was never tried to the end.</param>
/// <param name="PlanKey">Of the present plan.</param>
/// <param name="Waiting">All that are under way or waiting.</param>
public sealed record RehearsalView(ImmutableArray<Rehearsal> Own, Rehearsal? Earlier, string PlanKey, int Waiting)
{
    public Rehearsal? UnderWay => Own.FirstOrDefault(rehearsal => !rehearsal.IsOver);

    /// <summary>The newest that has something to show.</summary>
    public Rehearsal? Shown => Own.FirstOrDefault(rehearsal => rehearsal.State == RehearsalState.Done) ?? Earlier;

    /// <summary>The newest, where it came to nothing after what is shown.</summary>
    public Rehearsal? Failed => Own.FirstOrDefault() is { State: RehearsalState.Failed or RehearsalState.Cancelled } last ? last : null;

    public bool IsOfThisPlan(Rehearsal rehearsal) => rehearsal.PlanKey == PlanKey;
}

/// <summary>An earlier rollout that a plan can be tried against.</summary>
/// <param name="Title">For people.</param>
/// <param name="Minutes">Minutes in which somebody reported.</param>
/// <param name="Figures">What a simulation of its traffic would begin with.</param>
public sealed record Recording(Guid RolloutId, string Title, RolloutState State, DateTimeOffset From, DateTimeOffset To, int Minutes, RehearsalFigures Figures)
{
    public bool IsEnough => Minutes >= RecordedTraffic.Fewest.TotalMinutes;

    public static Recording Of(Rollout rollout, RecordedRollout recorded)
    {
        var (control, all) = (recorded.Control ?? recorded.Exposed, (recorded.Control?.Requests ?? 0) + (recorded.Exposed?.Requests ?? 0));
        var usual = RehearsalFigures.Default;
        var scores = control?.Scores is { IsEmpty: false } given && given.Sum() > 0 ? given : [];
        return new Recording(
            rollout.Id,
            $"{rollout.FlagKey} of {rollout.Release}",
            rollout.State,
            recorded.From,
            recorded.To,
            recorded.Minutes,
            usual with
            {
                RequestsPerMinute = Math.Clamp(Rounded((double)all / Math.Max(1, recorded.Minutes)), 0.1, 10_000_000),
                ErrorRate = control is { Requests: > 0, Errors: { } errors } ? Math.Min(0.5, Rounded((double)errors / control.Requests)) : usual.ErrorRate,
                ResponseTime = control is { LatencyCount: > 0 and var count, LatencyMicros: { } micros } ? Math.Clamp(Rounded(micros / 1000.0 / count), 0.1, 60_000) : usual.ResponseTime,
                ScoresPerThousand = control is { Requests: > 0 } ? Math.Min(1000, Rounded(1000.0 * scores.Sum() / control.Requests)) : usual.ScoresPerThousand,
                MeanScore = scores.IsEmpty ? usual.MeanScore : Rounded(scores.Select((score, index) => (index + 1.0) * score).Sum() / scores.Sum()),
            });
    }

    // Three figures.
    private static double Rounded(double value) => double.Parse(value.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
