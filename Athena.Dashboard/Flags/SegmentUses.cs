using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Flags;

/// <summary>Where segments are named. Conditions are text in the database: it finds the candidates, their form decides.</summary>
internal static class SegmentUses
{
    public static async Task<ImmutableArray<SegmentUse>> OfAsync(AthenaDbContext db, string key, CancellationToken cancellationToken)
    {
        var segments = await db.Set<Segment>().AsNoTracking().ToListAsync(cancellationToken);
        var settings = await SettingsAsync(db, key, ImmutableDictionary<string, Segment>.Empty, cancellationToken);
        return
        [
            .. segments.Where(segment => segment.Segments().Contains(key)).Select(segment => new SegmentUse(segment.Key, null, null)),
            .. settings.Select(setting => new SegmentUse(null, setting.FlagKey, setting.Environment)),
        ];
    }

    /// <summary>Settings that name the segment, or one of <paramref name="segments"/> that is made of it.</summary>
    public static async Task<List<FlagEnvironment>> SettingsAsync(AthenaDbContext db, string key, IReadOnlyDictionary<string, Segment> segments, CancellationToken cancellationToken)
    {
        var keys = new HashSet<string>([key], StringComparer.Ordinal);
        while (segments.Values.Where(segment => !keys.Contains(segment.Key) && segment.Segments().Any(keys.Contains)).Select(segment => segment.Key).ToList() is { Count: > 0 } more)
            keys.UnionWith(more);
        var settings = await db.Set<FlagEnvironment>().AsNoTracking().ToListAsync(cancellationToken);
        return [.. settings.Where(setting => SegmentsOf(setting).Any(keys.Contains))];
    }

    /// <summary>What a change of the segment, which may not be there yet, acts on.</summary>
    public static async Task<SegmentGround> GroundAsync(AthenaDbContext db, string key, CancellationToken cancellationToken)
    {
        var segments = await db.Set<Segment>().AsNoTracking().ToDictionaryAsync(row => row.Key, StringComparer.Ordinal, cancellationToken);
        // Who is made of it now names it as long as it is there; what it is going to be made of does not matter here.
        return new SegmentGround(segments, [.. await SettingsAsync(db, key, segments, cancellationToken)]);
    }

    /// <summary>All segments that a setting names, its cohorts included.</summary>
    public static IEnumerable<string> SegmentsOf(FlagEnvironment setting) =>
        Segment.SegmentsIn([.. setting.Conditions, .. setting.Rules.SelectMany(rule => rule.Conditions)]).Concat(setting.Audience);
}
