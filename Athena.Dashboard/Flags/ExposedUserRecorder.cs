using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Flags.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Flags;

/// <summary>
/// Keeps the sketches of users that evaluations count into: every few seconds what is new is merged into the stored
/// ones, whichever node saw it. A kill loses a few seconds of new users, who come again.
/// </summary>
public sealed partial class ExposedUserRecorder(FlagSnapshots snapshots, Contexts contexts, TimeProvider clock, ILogger<ExposedUserRecorder> logger)
    : BackgroundService, IExposedUsers
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim one = new(1);

    public async Task<ImmutableArray<ExposedUsers>> ListAsync(Guid rolloutId, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var rows = await db.Set<ExposedUserRow>().AsNoTracking().Where(row => row.RolloutId == rolloutId).ToListAsync(cancellationToken);
        return
        [
            .. rows.GroupBy(row => (row.Thousandths, row.Audience))
                .OrderBy(step => step.Key.Thousandths).ThenBy(step => step.Key.Audience, StringComparer.Ordinal)
                .Select(step => new ExposedUsers(
                    Percentage.FromThousandths(step.Key.Thousandths),
                    [.. ExposedArm.Split(step.Key.Audience)],
                    CountOf(step, FlagMetadata.Exposed),
                    CountOf(step, FlagMetadata.Control))),
        ];
    }

    /// <summary>Stores everybody who was counted before the call.</summary>
    public async Task StoreAsync(CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            foreach (var snapshot in snapshots.All) await StoreAsync(snapshot, cancellationToken);
        }
        finally
        {
            one.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await TryStoreAsync(stoppingToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryStoreAsync(CancellationToken.None);
    }

    public override void Dispose()
    {
        one.Dispose();
        base.Dispose();
    }

    private static long CountOf(IEnumerable<ExposedUserRow> arms, string arm) =>
        arms.FirstOrDefault(row => row.Arm == arm) is { } row ? UserSketch.Estimate(row.Registers) : 0;

    private async Task TryStoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            await StoreAsync(cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotStored(logger, failure);
        }
    }

    private async Task StoreAsync(FlagSnapshot snapshot, CancellationToken cancellationToken)
    {
        var changed = snapshot.Counters.Users.Where(users => users.Value.TakeChanged()).ToList();
        try
        {
            if (changed.Count > 0) await MergeAsync(changed, cancellationToken);
        }
        catch
        {
            foreach (var (_, users) in changed) users.MarkChanged();
            throw;
        }

        var current = snapshot.Flags.Select(flag => flag.Setting)
            .Where(setting => setting.RolloutId is not null)
            .Select(setting => (setting.RolloutId!.Value, setting.Percentage.Thousandths, ExposedArm.Join(setting.Audience)))
            .ToHashSet();
        // Who was counted since those that changed were taken is stored the next time, and let go of after it.
        foreach (var (arm, _) in snapshot.Counters.Users.Where(users => !users.Value.IsChanged && !current.Contains((users.Key.RolloutId, users.Key.Thousandths, users.Key.Audience))))
            snapshot.Counters.Forget(arm);
    }

    private async Task MergeAsync(List<KeyValuePair<ExposedArm, UserSketch>> changed, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateRelaxed();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Two nodes that merge into the same row take turns.
        if (db.Database.IsNpgsql()) await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(20038413)", cancellationToken);
        foreach (var (arm, users) in changed)
        {
            var row = await db.Set<ExposedUserRow>().FindAsync([arm.RolloutId, arm.Thousandths, arm.Audience, arm.Arm], cancellationToken);
            var registers = row?.Registers.ToArray() ?? new byte[UserSketch.Registers];
            users.MergeInto(registers);
            if (row is not null) row.Registers = registers;
            else db.Add(new ExposedUserRow { RolloutId = arm.RolloutId, Thousandths = arm.Thousandths, Audience = arm.Audience, Arm = arm.Arm, Registers = registers });
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Storing how many users were exposed failed; it is tried again")]
        public static partial void NotStored(ILogger logger, Exception failure);
    }
}
