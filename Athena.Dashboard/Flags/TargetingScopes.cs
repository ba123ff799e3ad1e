using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Flags;

/// <summary>Finds what an edited setting may name, in the transaction that is going to save it.</summary>
internal static class TargetingScopes
{
    public static async Task<TargetingScope> ForAsync(AthenaDbContext db, Flag flag, string environment, FlagSettings settings, CancellationToken cancellationToken)
    {
        var namesSegments = Segment.SegmentsIn([.. settings.Conditions, .. settings.Rules.SelectMany(rule => rule.Conditions)]).Any();
        var segments = namesSegments ? await db.Set<Segment>().Select(segment => segment.Key).ToListAsync(cancellationToken) : [];
        return new TargetingScope(
            [.. flag.Variants.Select(variant => variant.Name)],
            segments.ToHashSet(StringComparer.Ordinal),
            await FlagsAsync(db, flag.Key, environment, settings.Prerequisites, cancellationToken));
    }

    /// <summary>The flags named, and those that they need, level by level.</summary>
    private static async Task<Dictionary<string, TargetingScope.Other>> FlagsAsync(
        AthenaDbContext db, string itself, string environment, ImmutableArray<Prerequisite> prerequisites, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, TargetingScope.Other>(StringComparer.Ordinal);
        var wanted = prerequisites.Select(prerequisite => prerequisite.Flag).ToHashSet(StringComparer.Ordinal);
        while (wanted.Count > 0)
        {
            var flags = await db.Set<Flag>().AsNoTracking().Where(flag => wanted.Contains(flag.Key)).ToListAsync(cancellationToken);
            var settings = await db.Set<FlagEnvironment>().AsNoTracking()
                .Where(setting => setting.Environment == environment && wanted.Contains(setting.FlagKey)).ToDictionaryAsync(setting => setting.FlagKey, StringComparer.Ordinal, cancellationToken);
            foreach (var flag in flags)
            {
                var needs = settings.GetValueOrDefault(flag.Key)?.Prerequisites ?? [];
                found[flag.Key] = new TargetingScope.Other([.. flag.Variants.Select(variant => variant.Name)], [.. needs.Select(need => need.Flag)]);
            }

            wanted = found.Values.SelectMany(other => other.Prerequisites).Where(key => key != itself && !found.ContainsKey(key)).ToHashSet(StringComparer.Ordinal);
            // One that is gone cannot be found on the next round either.
            if (flags.Count == 0) break;
        }

        return found;
    }
}
