using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Flags;

/// <summary>A segment with all that names it.</summary>
public sealed record SegmentView(Segment Segment, ImmutableArray<SegmentUse> Uses);

/// <summary>Reads of segments.</summary>
public sealed class SegmentQueries(Store store)
{
    /// <returns>All segments, by key.</returns>
    public async Task<ImmutableArray<SegmentView>> ListAsync(CancellationToken cancellationToken)
    {
        var (segments, settings) = await store.ReadAsync(
            async (db, token) => (await db.Set<Segment>().OrderBy(segment => segment.Key).ToListAsync(token), await db.Set<FlagEnvironment>().ToListAsync(token)),
            cancellationToken);
        var uses = segments.SelectMany(segment => segment.Segments().Select(key => (key, Use: new SegmentUse(segment.Key, null, null))))
            .Concat(settings.SelectMany(setting => SegmentUses.SegmentsOf(setting).Distinct(StringComparer.Ordinal).Select(key => (key, Use: new SegmentUse(null, setting.FlagKey, setting.Environment)))))
            .ToLookup(use => use.key, use => use.Use, StringComparer.Ordinal);
        return [.. segments.Select(segment => new SegmentView(segment, [.. uses[segment.Key]]))];
    }

    /// <summary>The newest changes first, <see cref="FlagQueries.HistoryPage"/> at a time.</summary>
    /// <param name="before">Only those with a lower sequence; null from the newest.</param>
    public async Task<ImmutableArray<FlagHistoryEntry>> HistoryAsync(string key, long? before, CancellationToken cancellationToken)
    {
        var rows = await store.ReadAsync(
            (db, token) => db.Set<EventRow>()
                .Where(row => row.SubjectKind == SegmentSubject.Kind && row.SubjectId == key && (before == null || row.Sequence < before))
                .OrderByDescending(row => row.Sequence).Take(FlagQueries.HistoryPage).ToListAsync(token),
            cancellationToken);
        return [.. rows.Select(FlagHistoryEntry.Of)];
    }

    /// <returns>The event, if it is one of the segment's.</returns>
    public Task<EventRow?> FindChangeAsync(string key, long sequence, CancellationToken cancellationToken) => store.ReadAsync(
        (db, token) => db.Set<EventRow>().FirstOrDefaultAsync(row => row.Sequence == sequence && row.SubjectKind == SegmentSubject.Kind && row.SubjectId == key, token),
        cancellationToken);

    /// <returns>Null when there is no such segment.</returns>
    public async Task<SegmentView?> FindAsync(string key, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).FirstOrDefault(view => view.Segment.Key == key);
}
