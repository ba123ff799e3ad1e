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

/// <summary>
/// Writes of segments. A segment acts in every environment, so whoever changes one needs what its effect in each of
/// them asks for: nothing but the permission to lower where it only lowers.
/// </summary>
public sealed class SegmentService(Store store, FlagSnapshots snapshots, IProcessCatalog process)
{
    /// <param name="confirmation">The key of a production environment whose flags may expose somebody new by it.</param>
    public Task<Outcome<Segment>> CreateAsync(SegmentDescription description, string reason, string? confirmation, Actor actor, CancellationToken cancellationToken) =>
        SaveAsync(description.Key, isNew: true, version: null, _ => description, reason, confirmation, actor, cancellationToken);

    /// <param name="version">The segment's version that the author saw.</param>
    public Task<Outcome<Segment>> EditAsync(
        SegmentDescription description, long version, string reason, string? confirmation, Actor actor, CancellationToken cancellationToken) =>
        SaveAsync(description.Key, isNew: false, version, _ => description, reason, confirmation, actor, cancellationToken);

    /// <summary>Takes one change of the history back, asking for what the change back asks for.</summary>
    /// <param name="change">An event of this segment.</param>
    public async Task<Outcome<Segment>> RevertAsync(string key, EventRow change, string reason, string? confirmation, Actor actor, CancellationToken cancellationToken)
    {
        if (change is not { Before: { } before, After: { } after })
            return Refusal.Conflict("not_revertible", $"What happened to {key} there is not a change.", "A segment that is to go is deleted.");
        var (was, became) = (FlagPast.Read<Segment>(before)!, FlagPast.Read<Segment>(after)!);
        return await SaveAsync(key, isNew: false, version: null, segment => segment!.Revert(was, became), reason, confirmation, actor, cancellationToken);
    }

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

    private async Task<Outcome<Segment>> SaveAsync(
        string key,
        bool isNew,
        long? version,
        Func<Segment?, Outcome<SegmentDescription>> describe,
        string reason,
        string? confirmation,
        Actor actor,
        CancellationToken cancellationToken)
    {
        if (!actor.May(Permission.EditFlags) && actor.Lacks(Permission.LowerExposure, "change segments") is { } forbidden) return forbidden;
        var saved = await store.WriteAsync<Segment>(
            actor,
            async (write, token) =>
            {
                var segments = await write.Db.Set<Segment>().AsNoTracking().ToDictionaryAsync(row => row.Key, StringComparer.Ordinal, token);
                var before = segments.GetValueOrDefault(key);
                if (isNew && before is not null) return Refusal.Conflict("segment_exists", $"There is a segment {key} already.", "Choose another key.");
                if (!isNew && before is null) return Refusal.NotFound("segment", key);
                if (version is not null && before!.Version != version) return Refusal.Stale($"The segment {key}");
                var described = describe(before);
                if (!described.IsAccepted) return described.Refusal;
                var description = described.Value;
                var faults = description.Faults(segments).ToArray();
                if (faults.Length > 0) return Refusal.Invalid("segment_invalid", "The segment cannot be saved as it is.", faults);
                var next = (before ?? new Segment { Key = description.Key, Name = "", CreatedAt = write.Now }) with
                {
                    Name = description.Name.Trim(),
                    Description = description.Description.Trim(),
                    Conditions = description.Conditions,
                };
                if (before is not null && Same(before, next)) return before;
                var effects = await EffectsAsync(write.Db, segments, next, token);
                if (Refused(actor, effects, reason, confirmation) is { } refused) return refused;
                var lowered = effects.All(effect => effect.Effect != ExposureEffect.Raises);
                if (before is null)
                {
                    write.Add(next);
                    write.Append(new SegmentCreated(next.Key, next.Name, reason.Trim()), after: next);
                    return next;
                }

                next = next with { Version = before.Version + 1 };
                var row = await write.Db.Set<Segment>().FirstAsync(other => other.Key == next.Key, token);
                write.Replace(row, next);
                write.Append(new SegmentChanged(next.Key, lowered, reason.Trim()), before, next);
                return next;
            },
            cancellationToken);
        if (saved.IsAccepted) snapshots.Apply(saved.Value);
        return saved;
    }

    /// <summary>The worst that a new version of a segment does in each environment.</summary>
    private async Task<ImmutableArray<(TargetEnvironment Environment, ExposureEffect Effect)>> EffectsAsync(
        AthenaDbContext db, Dictionary<string, Segment> before, Segment next, CancellationToken cancellationToken)
    {
        var after = new Dictionary<string, Segment>(before, StringComparer.Ordinal) { [next.Key] = next };
        var settings = await SegmentUses.SettingsAsync(db, next.Key, after, cancellationToken);
        return
        [
            .. process.Current.Document.Environments.Select(environment => (
                environment,
                Exposure.Worst([.. settings.Where(setting => setting.Environment == environment.Key).Select(setting => Exposure.CompareSegments(setting, before, after))]))),
        ];
    }

    private static Refusal? Refused(Actor actor, ImmutableArray<(TargetEnvironment Environment, ExposureEffect Effect)> effects, string reason, string? confirmation)
    {
        var worst = Exposure.Worst([.. effects.Select(effect => effect.Effect)]);
        if (reason.Length > FlagDecisions.LongestReason)
            return Refusal.Invalid("reason_invalid", "The reason is too long.", new RefusalItem("reason", "is too long", $"{reason.Length} characters", $"up to {FlagDecisions.LongestReason} characters"));
        foreach (var (environment, effect) in effects.Where(effect => effect.Effect != ExposureEffect.Same))
        {
            if (FlagDecisions.Lacks(actor, environment, effect) is { } forbidden) return forbidden;
        }

        if (worst == ExposureEffect.Lowers) return null;
        if (actor.Lacks(Permission.EditFlags, "change segments") is { } lacking) return lacking;
        if (string.IsNullOrWhiteSpace(reason)) return Refusal.Invalid("reason_missing", "A change of a segment needs a reason.", new RefusalItem("reason", "is empty", null, "why the change is made"));
        if (effects.FirstOrDefault(effect => effect is { Effect: ExposureEffect.Raises, Environment.Approval: not null }).Environment is { } guarded)
        {
            return Refusal.Conflict("approval_needed", $"The change may expose more users in {guarded.Title}, where that has to be approved.", "Make a segment of another key, and ask for the flags that are to use it.") with
            {
                WhoCan = [.. guarded.Approval!.Roles.Select(role => role.Title())],
            };
        }

        var production = effects.Where(effect => effect is { Effect: ExposureEffect.Raises, Environment.IsProduction: true }).Select(effect => effect.Environment.Key).ToArray();
        return production.Length == 0 || production.Contains(confirmation)
            ? null
            : Refusal.Invalid("confirmation_missing", "The change may expose more users in production and has to be confirmed.", new RefusalItem("confirmation", "is not the environment's name", confirmation, production[0]));
    }

    private static bool Same(Segment before, Segment next) =>
        before.Name == next.Name && before.Description == next.Description && before.Conditions.SequenceEqual(next.Conditions);
}
