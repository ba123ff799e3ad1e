using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Flags;

/// <summary>What a change of values would do, for telling early: saving asks again.</summary>
/// <param name="Refusal">Why it cannot be made; null when it can.</param>
/// <param name="Raised">Environments in which somebody gets something else by it.</param>
public sealed record DefinitionPreview(Flag Next, Refusal? Refusal, ImmutableArray<TargetEnvironment> Raised);

/// <summary>Writes of what a flag is in all environments: its values, and the way back from any earlier change.</summary>
public sealed class FlagDefinitionService(Store store, FlagSnapshots snapshots, IProcessCatalog process)
{
    /// <param name="confirmation">The key of a production environment whose users get something else by it.</param>
    public Task<Outcome<Flag>> MakeAsync(DefinitionChange change, string reason, string? confirmation, Actor actor, CancellationToken cancellationToken) =>
        DecideAsync(change, new DefinitionTerms(actor, process.Current.Document.Environments, reason, confirmation), cancellationToken);

    /// <summary>Where each variant is named, for people.</summary>
    public Task<ImmutableArray<VariantUse>> UsesAsync(Flag flag, CancellationToken cancellationToken) => store.ReadAsync<ImmutableArray<VariantUse>>(
        async (db, token) => [.. FlagDefinition.Uses(flag, await VariantGrounds.ReadAsync(db, flag, process.Current.Document, token))],
        cancellationToken);

    /// <returns>Refused when there is no such flag, or nothing can become of it.</returns>
    public Task<Outcome<DefinitionPreview>> PreviewAsync(DefinitionChange change, CancellationToken cancellationToken) => store.ReadAsync<Outcome<DefinitionPreview>>(
        async (db, token) =>
        {
            if (await db.Set<Flag>().AsNoTracking().FirstOrDefaultAsync(row => row.Key == change.Key, token) is not { } flag) return Refusal.NotFound("flag", change.Key);
            var ground = await VariantGrounds.ReadAsync(db, flag, process.Current.Document, token);
            var environments = process.Current.Document.Environments;
            var terms = new DefinitionTerms(Actor.System("preview"), environments, "preview", null).IfApproved();
            return change.Decide(flag).Then<DefinitionPreview>(wanted => flag.Become(wanted, ground, terms).Match(
                decided => new DefinitionPreview(
                    decided.State,
                    null,
                    [.. FlagDefinition.Effects(flag, decided.State, ground, environments).Where(effect => effect.Effect == ExposureEffect.Raises).Select(effect => effect.Environment)]),
                refusal => new DefinitionPreview(flag, refusal, [])));
        },
        cancellationToken);

    /// <summary>Loads a flag, decides what becomes of it, saves that and takes it over into evaluation.</summary>
    /// <param name="alsoAsync">What else is saved or refused in the same transaction.</param>
    internal async Task<Outcome<Flag>> DecideAsync(
        DefinitionChange change, DefinitionTerms terms, CancellationToken cancellationToken, Func<Write, Flag, CancellationToken, Task<Refusal?>>? alsoAsync = null)
    {
        if (terms.Actor.Lacks(Permission.EditFlags, "edit flags") is { } forbidden) return forbidden;
        var made = await store.WriteAsync<Flag>(
            terms.Actor,
            async (write, token) =>
            {
                if (await write.Db.Set<Flag>().FirstOrDefaultAsync(row => row.Key == change.Key, token) is not { } flag) return Refusal.NotFound("flag", change.Key);
                if (change.Version is { } seen && seen != flag.Version) return Refusal.Stale($"The flag {change.Key}");
                if (alsoAsync is not null && await alsoAsync(write, flag, token) is { } against) return against;
                var wanted = change.Decide(flag);
                if (!wanted.IsAccepted) return wanted.Refusal;
                var decided = flag.Become(wanted.Value, await VariantGrounds.ReadAsync(write.Db, flag, process.Current.Document, token), terms);
                if (!decided.IsAccepted) return decided.Refusal;
                if (decided.Value.Events.IsEmpty) return flag;
                var before = flag with { };
                var next = decided.Value.State with { Version = write.Replace(flag, decided.Value.State) };
                write.Append(decided.Value, before, next);
                return next;
            },
            cancellationToken);
        if (made.IsAccepted) await snapshots.RefreshAsync(change.Key, cancellationToken);
        return made;
    }
}
