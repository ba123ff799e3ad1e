using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Storage;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Health;

/// <inheritdoc cref="IHealthRecordings"/>
public sealed class HealthRecordings(Store store) : IHealthRecordings
{
    private static readonly Rung Minute = Rung.Ladder.First(rung => rung.Length == TimeSpan.FromMinutes(1));
    private static readonly Rung Day = Rung.Ladder.First(rung => rung.Length == TimeSpan.FromDays(1));

    public async Task<ImmutableArray<RecordedRollout>> ListAsync(IReadOnlyCollection<Guid> rolloutIds, CancellationToken cancellationToken)
    {
        var asked = rolloutIds.ToArray();
        var (minute, day) = (MillisecondsOf(Minute), MillisecondsOf(Day));
        var (spans, days) = await store.ReadAsync(
            async (db, token) => (
                await db.Set<HealthCountRow>().Where(row => asked.Contains(row.RolloutId) && row.RungMilliseconds == minute)
                    .GroupBy(row => row.RolloutId)
                    .Select(group => new { group.Key, First = group.Min(row => row.Cell), Last = group.Max(row => row.Cell), Minutes = group.Select(row => row.Cell).Distinct().Count() })
                    .ToListAsync(token),
                await db.Set<HealthCountRow>().Where(row => asked.Contains(row.RolloutId) && row.RungMilliseconds == day).ToListAsync(token)),
            cancellationToken);
        return
        [
            .. spans.Select(span => new RecordedRollout(
                span.Key,
                Minute.StartOf(span.First),
                Minute.EndOf(span.Last),
                span.Minutes,
                Sum(days.Where(row => row.RolloutId == span.Key), Arm.Exposed),
                Sum(days.Where(row => row.RolloutId == span.Key), Arm.Control))),
        ];
    }

    public async Task<ImmutableArray<RecordedMinute>> ReadAsync(Guid rolloutId, int most, CancellationToken cancellationToken)
    {
        var minute = MillisecondsOf(Minute);
        var rows = await store.ReadAsync(
            async (db, token) =>
            {
                var all = db.Set<HealthCountRow>().Where(row => row.RolloutId == rolloutId && row.RungMilliseconds == minute);
                var last = await all.MaxAsync(row => (long?)row.Cell, token) ?? 0;
                return await all.Where(row => row.Cell > last - most).OrderBy(row => row.Cell).ToListAsync(token);
            },
            cancellationToken);
        return [.. rows.GroupBy(row => row.Cell).Select(cell => new RecordedMinute(Minute.StartOf(cell.Key), Sum(cell, Arm.Exposed), Sum(cell, Arm.Control)))];
    }

    private static ArmReport? Sum(IEnumerable<HealthCountRow> rows, Arm arm) =>
        ArmReports.Of(Tally.Sum(rows.Where(row => row.Arm == arm).Select(row => TallyJson.Read(row.Counts))));

    private static int MillisecondsOf(Rung rung) => (int)rung.Length.TotalMilliseconds;
}
