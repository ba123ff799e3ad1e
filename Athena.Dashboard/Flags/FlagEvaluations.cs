using System.Collections.Concurrent;
using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Storage;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Flags;

/// <summary>When flags were last evaluated, of all nodes.</summary>
/// <param name="WatchedSince">Since when evaluations are noticed.</param>
/// <param name="Last">By flag and environment; what is not there was not evaluated since.</param>
public sealed record FlagUse(DateTimeOffset WatchedSince, ImmutableDictionary<(string Key, string Environment), DateTimeOffset> Last)
{
    /// <returns>Null where the flag was not evaluated there since evaluations are noticed.</returns>
    public DateTimeOffset? In(Flag flag, string environment) =>
        // A flag of the same key may have been there before.
        Last.TryGetValue((flag.Key, environment), out var at) && at >= flag.CreatedAt ? at : null;

    /// <returns>Null where it was evaluated nowhere.</returns>
    public DateTimeOffset? Anywhere(FlagView view) => view.Environments.Select(setting => In(view.Flag, setting.Environment)).Max();

    /// <summary>Whether nobody has asked for a flag for that long, as far as that is known.</summary>
    public bool IsUnused(FlagView view, TimeSpan time, DateTimeOffset now) => FlagLifecycle.IsUnused(view.Flag, Anywhere(view), WatchedSince, time, now);
}

/// <summary>
/// Notices which flags are evaluated: the counters of answers, which evaluation raises anyway, are looked at every now
/// and then. What moved is stored in batches, and a stored instant only once it is minutes old. A kill loses minutes.
/// </summary>
public sealed partial class FlagEvaluations(FlagSnapshots snapshots, Store store, Contexts contexts, TimeProvider clock, ILogger<FlagEvaluations> logger) : BackgroundService
{
    private const int BatchSize = 500;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Coarse = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim one = new(1);
    private readonly Dictionary<(string Key, string Environment), long> counted = [];
    private readonly Dictionary<(string Key, string Environment), DateTimeOffset> stored = [];
    private readonly ConcurrentDictionary<(string Key, string Environment), DateTimeOffset> seen = [];
    private bool isBegun;

    /// <summary>What is stored, and what this node has seen since.</summary>
    public async Task<FlagUse> FindAsync(CancellationToken cancellationToken)
    {
        var (since, rows) = await store.ReadAsync(
            async (db, token) => (await db.Set<EvaluationWatch>().Select(watch => (DateTimeOffset?)watch.Since).FirstOrDefaultAsync(token), await db.Set<FlagEvaluation>().ToListAsync(token)),
            cancellationToken);
        var last = rows.ToDictionary(row => (row.FlagKey, row.Environment), row => row.At);
        foreach (var (flag, at) in seen)
        {
            if (!last.TryGetValue(flag, out var known) || at > known) last[flag] = at;
        }

        return new FlagUse(since ?? clock.GetUtcNow(), last.ToImmutableDictionary());
    }

    /// <summary>Notices everything that was evaluated before the call, and stores what is worth it.</summary>
    /// <param name="all">Store also what was stored minutes ago.</param>
    public async Task StoreAsync(bool all, CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            await BeginAsync(cancellationToken);
            Notice(clock.GetUtcNow());
            var due = seen.Where(flag => !stored.TryGetValue(flag.Key, out var at) || (all ? flag.Value > at : flag.Value - at >= Coarse)).ToList();
            foreach (var batch in due.Chunk(BatchSize)) await StoreAsync(batch, cancellationToken);
        }
        finally
        {
            one.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do await TryAsync(all: false, stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(all: true, CancellationToken.None);
    }

    public override void Dispose()
    {
        one.Dispose();
        base.Dispose();
    }

    private void Notice(DateTimeOffset now)
    {
        foreach (var snapshot in snapshots.All)
        {
            foreach (var (key, count) in snapshot.Counters.Totals())
            {
                var flag = (key, snapshot.Environment);
                if (counted.TryGetValue(flag, out var before) ? count == before : count == 0) continue;
                counted[flag] = count;
                seen[flag] = now;
            }
        }
    }

    private async Task StoreAsync(KeyValuePair<(string Key, string Environment), DateTimeOffset>[] batch, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateRelaxed();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await TakeTurnAsync(db, cancellationToken);
        var keys = batch.Select(flag => flag.Key.Key).Distinct(StringComparer.Ordinal).ToArray();
        var left = (await db.Set<Flag>().Where(flag => keys.Contains(flag.Key)).Select(flag => flag.Key).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
        var rows = (await db.Set<FlagEvaluation>().Where(row => keys.Contains(row.FlagKey)).ToListAsync(cancellationToken)).ToDictionary(row => (row.FlagKey, row.Environment));
        foreach (var (flag, at) in batch.Where(flag => left.Contains(flag.Key.Key)))
        {
            if (!rows.TryGetValue(flag, out var row)) db.Add(new FlagEvaluation { FlagKey = flag.Key, Environment = flag.Environment, At = at });
            else if (row.At < at) row.At = at;
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        foreach (var (flag, at) in batch)
        {
            if (left.Contains(flag.Key)) stored[flag] = at;
            else seen.TryRemove(flag, out _);
        }
    }

    private async Task TryAsync(bool all, CancellationToken cancellationToken)
    {
        try
        {
            await StoreAsync(all, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotStored(logger, failure);
        }
    }

    /// <summary>Remembers since when evaluations are noticed; only the first time there is something to do.</summary>
    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (isBegun) return;
        await using var db = contexts.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await TakeTurnAsync(db, cancellationToken);
        if (!await db.Set<EvaluationWatch>().AnyAsync(cancellationToken))
        {
            db.Add(new EvaluationWatch { Since = clock.GetUtcNow() });
            await db.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        isBegun = true;
    }

    // Two nodes that store the same rows wait for each other; on SQLite a transaction does that by itself.
    private static async Task TakeTurnAsync(AthenaDbContext db, CancellationToken cancellationToken)
    {
        if (db.Database.IsNpgsql()) await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(20038414)", cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Storing when flags were last evaluated failed; it is tried again")]
        public static partial void NotStored(ILogger logger, Exception failure);
    }
}
