using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
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

    /// <returns>Null when there is no such segment.</returns>
    public async Task<SegmentView?> FindAsync(string key, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).FirstOrDefault(view => view.Segment.Key == key);
}
