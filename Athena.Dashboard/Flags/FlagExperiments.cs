using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags;

/// <inheritdoc cref="IFlagExperiments"/>
internal sealed class FlagExperiments(FlagExposureService exposure, FlagService flags, ChangeRequestService requests, FlagQueries queries, FlagSnapshots snapshots) : IFlagExperiments
{
    public async Task<FlagAllocation?> FindAsync(string flagKey, string environment, CancellationToken cancellationToken) =>
        await queries.FindViewAsync(flagKey, cancellationToken) is { } view && view.In(environment) is { } setting ? Allocation(view.Flag, setting) : null;

    public Task<Outcome<FlagAllocation>> HoldAsync(Guid operationId, string flagKey, string environment, string experiment, Actor actor, CancellationToken cancellationToken) =>
        AfterAsync(
            exposure.OnceAsync(operationId, $"hold for {experiment}", flagKey, environment, $"Held by the experiment {experiment}", actor, (setting, terms) => setting.Hold(experiment, terms), cancellationToken),
            flagKey,
            environment,
            cancellationToken);

    public Task<Outcome<FlagAllocation>> LetGoAsync(Guid operationId, string flagKey, string environment, string experiment, Actor actor, CancellationToken cancellationToken) =>
        AfterAsync(
            exposure.OnceAsync(operationId, $"let go by {experiment}", flagKey, environment, $"The experiment {experiment} is over", actor, (setting, terms) => setting.LetGo(experiment, terms), cancellationToken),
            flagKey,
            environment,
            cancellationToken);

    public async Task<Outcome<FlagServed>> ServeAsync(
        string flagKey, string environment, string variant, string reason, string? confirmation, bool letAhead, bool ask, Actor actor, CancellationToken cancellationToken)
    {
        if (await queries.FindViewAsync(flagKey, cancellationToken) is not { } view) return Refusal.NotFound("flag", flagKey);
        if (view.Flag.Variant(variant) is null)
            return Refusal.Invalid("variant_unknown", $"{flagKey} has no such variant.", new RefusalItem("variant", "is not a variant of the flag", variant, string.Join(", ", view.Flag.Variants.Select(known => known.Name))));
        var change = FlagChange.Serve(view.Flag, environment, variant);
        if (ask)
        {
            var asked = await requests.AskAsync(change, reason, letAhead, actor, cancellationToken);
            return asked.Then<FlagServed>(request => new FlagServed(request.Id));
        }

        var made = await flags.MakeAsync(change, reason, new Consent(confirmation, letAhead), actor, cancellationToken);
        return made.Then<FlagServed>(_ => new FlagServed((Guid?)null));
    }

    public ImmutableSortedDictionary<string, long> Answers(string flagKey, string environment) =>
        snapshots.Find(environment) is { } snapshot && snapshot.TryFind(flagKey, out var flag)
            ? snapshot.Counters.Of(flag!.Flag).Where(count => count.Variant.Length > 0).ToImmutableSortedDictionary(count => count.Variant, count => count.Count, StringComparer.Ordinal)
            : ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    // Shares need the flag's variants, which a setting does not know.
    private async Task<Outcome<FlagAllocation>> AfterAsync(Task<Outcome<FlagExposure>> change, string flagKey, string environment, CancellationToken cancellationToken)
    {
        var changed = await change;
        if (!changed.IsAccepted) return changed.Refusal;
        return await FindAsync(flagKey, environment, cancellationToken) is { } allocation ? allocation : Refusal.NotFound("flag", flagKey);
    }

    private static FlagAllocation Allocation(Flag flag, FlagEnvironment setting) => new(
        flag.Key,
        setting.Environment,
        setting.Enabled,
        [.. flag.Variants.Select(variant => variant.Name)],
        Shares(flag, setting),
        setting.RolloutId,
        setting.Experiment);

    private static ImmutableSortedDictionary<string, double> Shares(Flag flag, FlagEnvironment setting)
    {
        var serve = setting.Serve ?? Serving.Of(flag.Exposed.Name);
        var exposed = setting.Percentage.Fraction;
        var shares = serve.Variant is { } one
            ? [(one, exposed)]
            : serve.Split.Select(share => (share.Variant, exposed * share.Weight / serve.Total)).ToList();
        if (flag.Variant(Variant.Off) is not null) shares.Add((Variant.Off, 1 - exposed));
        return shares.GroupBy(share => share.Item1, StringComparer.Ordinal)
            .Select(group => (group.Key, Share: group.Sum(share => share.Item2)))
            .Where(share => share.Share > 0)
            .ToImmutableSortedDictionary(share => share.Key, share => share.Share, StringComparer.Ordinal);
    }
}
