using System.Collections.Concurrent;
using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts.Domain;

namespace Athena.Dashboard.Rollouts;

/// <summary>What decisions have to know of other slices; read before the transaction, never inside it.</summary>
public sealed class RolloutSurroundings(
    IReleaseLookup releases,
    IFlagLookup flags,
    IGateVerdicts gates,
    IProcessCatalog processes,
    TimeProvider clock)
{
    private static readonly TimeSpan GatesKept = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, (long At, GateStanding Standing)> standings = new(StringComparer.Ordinal);

    /// <summary>As it is now; for commands.</summary>
    public async Task<Surroundings> ReadAsync(Rollout rollout, CancellationToken cancellationToken) =>
        await WithAsync(rollout, await GatesAsync(rollout, cancellationToken), cancellationToken);

    /// <summary>With gates from memory; for screens.</summary>
    public async Task<Surroundings> ReadRecentAsync(Rollout rollout, CancellationToken cancellationToken) =>
        await WithAsync(rollout, await RecentGatesAsync(rollout, cancellationToken), cancellationToken);

    /// <summary>How the release's gates stand at this moment.</summary>
    public async Task<GateStanding> GatesAsync(Rollout rollout, CancellationToken cancellationToken)
    {
        if (!rollout.IsProduction) return GateStanding.Clear;
        // Noted before the reading: what changes meanwhile makes the next answer, not an old one for half a minute.
        var at = clock.GetTimestamp();
        if (await releases.FindAsync(rollout.Release, cancellationToken) is not { } release) return GateStanding.Clear;
        var process = await processes.FindAsync(release.ProcessVersion, cancellationToken) ?? processes.Current;
        var sets = process.Document.GateSets.Select(set => set.Key).ToImmutableArray();
        var verdict = await gates.EvaluateAsync(ReleaseSubject.Of(rollout.Release), sets, cancellationToken);
        var standing = new GateStanding(verdict.Passed, [.. verdict.Open.Select(item => item.ToRefusalItem())]);
        standings[rollout.Release] = (at, standing);
        return standing;
    }

    /// <summary>The same from memory, for every tick; at most half a minute old, and forgotten when an item changes.</summary>
    public async Task<GateStanding> RecentGatesAsync(Rollout rollout, CancellationToken cancellationToken) =>
        rollout.IsProduction && standings.TryGetValue(rollout.Release, out var kept) && clock.GetElapsedTime(kept.At) < GatesKept
            ? kept.Standing
            : await GatesAsync(rollout, cancellationToken);

    private async Task<Surroundings> WithAsync(Rollout rollout, GateStanding standing, CancellationToken cancellationToken)
    {
        var release = await releases.FindAsync(rollout.Release, cancellationToken);
        var flag = await flags.FindAsync(rollout.FlagKey, cancellationToken);
        return new Surroundings(release?.State, standing, flag?.In(rollout.Environment)?.Enabled ?? false);
    }

    public void ForgetGates(string release) => standings.TryRemove(release, out _);
}
