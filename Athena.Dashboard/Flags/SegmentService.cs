using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Flags;

/// <summary>Writes of segments.</summary>
public sealed class SegmentService(Store store, FlagSnapshots snapshots, IProcessCatalog process)
{
    /// <param name="confirmation">The key of a production environment whose flags may expose somebody new by it.</param>
    public Task<Outcome<Segment>> MakeAsync(SegmentChange change, string reason, string? confirmation, Actor actor, CancellationToken cancellationToken) =>
        DecideAsync(change, new DefinitionTerms(actor, process.Current.Document.Environments, reason, confirmation), cancellationToken);

    /// <summary>Removes a segment that nothing uses.</summary>
    public async Task<Outcome<Done>> DeleteAsync(string key, long version, string reason, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.EditFlags, "delete segments") is { } forbidden) return forbidden;
        var deleted = await store.WriteAsync<Done>(
            actor,
            async (write, token) =>
            {
                if (await write.Db.Set<Segment>().FirstOrDefaultAsync(row => row.Key == key, token) is not { } segment) return Refusal.NotFound("segment", key);
                if (segment.Version != version) return Refusal.Stale($"The segment {key}");
                var uses = await SegmentUses.OfAsync(write.Db, key, token);
                if (uses.Length > 0)
                {
                    return Refusal.Conflict("segment_in_use", $"The segment {key} is still in use.", "Take it out of these first.") with
                    {
                        Items = [.. uses.Select(use => new RefusalItem(use.Segment is { } other ? $"segment {other}" : $"{use.Flag} in {use.Environment}", "uses it"))],
                    };
                }

                write.Db.Remove(segment);
                write.Append(new SegmentDeleted(key, reason.Trim()), before: segment);
                return Done.Yes;
            },
            cancellationToken);
        if (deleted.IsAccepted) snapshots.RemoveSegment(key);
        return deleted;
    }

    /// <summary>Loads a segment, decides what becomes of it, saves that and takes it over into evaluation.</summary>
    /// <param name="alsoAsync">What else is saved or refused in the same transaction, of the segment as it was and is to be.</param>
    internal async Task<Outcome<Segment>> DecideAsync(
        SegmentChange change, DefinitionTerms terms, CancellationToken cancellationToken, Func<Write, SegmentGround, Segment, CancellationToken, Task<Refusal?>>? alsoAsync = null)
    {
        if (!terms.Actor.May(Permission.EditFlags) && terms.Actor.Lacks(Permission.LowerExposure, "change segments") is { } forbidden) return forbidden;
        var saved = await store.WriteAsync<Segment>(
            terms.Actor,
            async (write, token) =>
            {
                var ground = await SegmentUses.GroundAsync(write.Db, change.Key, token);
                var before = ground.Segments.GetValueOrDefault(change.Key);
                if (change.Misses(before) is { } missing) return missing;
                var decided = change.Describe(before).Then(description => before.Become(description, ground, terms, write.Now));
                if (!decided.IsAccepted) return decided.Refusal;
                if (alsoAsync is not null && await alsoAsync(write, ground, decided.Value.State, token) is { } against) return against;
                var next = decided.Value.State;
                if (decided.Value.Events.IsEmpty) return next;
                if (before is null)
                {
                    write.Add(next);
                }
                else
                {
                    var row = await write.Db.Set<Segment>().FirstAsync(other => other.Key == next.Key, token);
                    next = next with { Version = write.Replace(row, next) };
                }

                write.Append(decided.Value, before, next);
                return next;
            },
            cancellationToken);
        if (saved.IsAccepted) snapshots.Apply(saved.Value);
        return saved;
    }
}
