using System.Collections.Concurrent;
using System.Collections.Immutable;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Tests.Communication;

/// <summary>The slices that notes and messages look at, as a test says that they are.</summary>
internal sealed class Neighbours : IReleaseLookup, IRolloutLookup, IGateVerdicts, IPeople
{
    public ConcurrentDictionary<string, ReleaseSummary> Releases { get; } = new();

    public ConcurrentDictionary<Guid, Person> People { get; } = new();

    /// <summary>The state of the one rollout that every release has.</summary>
    public RolloutState Rollout { get; set; } = RolloutState.Running;

    /// <summary>Items that failed or are blocked, in every release.</summary>
    public int StuckGates { get; set; }

    public ReleaseSummary Plan(string version, DateOnly target, ReleaseState state = ReleaseState.RollingOut)
    {
        var release = new ReleaseSummary(version, "Enhanced Database Views", "minor", state, target, "Europe/Vienna", Guid.Empty, "Owner", 1, DateTimeOffset.UnixEpoch);
        return Releases[version] = release;
    }

    public Task<ReleaseSummary?> FindAsync(string version, CancellationToken cancellationToken) => Task.FromResult(Releases.GetValueOrDefault(version));

    public Task<ImmutableArray<ReleaseSummary>> ListActiveAsync(CancellationToken cancellationToken) => ListAsync(cancellationToken);

    public Task<ImmutableArray<ReleaseSummary>> ListAsync(CancellationToken cancellationToken) => Task.FromResult(Releases.Values.OrderByDescending(release => release.TargetDate).ToImmutableArray());

    public Task<ImmutableArray<RolloutSummary>> ListOfReleaseAsync(string release, CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<RolloutSummary>>(
        [
            new RolloutSummary(
                Guid.Empty, release, "database-views-v2", "production", true, Rollout, null, 6, Percentage.Zero, TimeSpan.Zero, TimeSpan.Zero, null, null, DateTimeOffset.UnixEpoch, null, null, 1),
        ]);

    public Task<RolloutSummary?> FindActiveAsync(string flagKey, string environment, CancellationToken cancellationToken) => Task.FromResult<RolloutSummary?>(null);

    Task<ImmutableArray<RolloutSummary>> IRolloutLookup.ListActiveAsync(CancellationToken cancellationToken) => ListOfReleaseAsync("", cancellationToken);

    public Task<GateVerdict> EvaluateAsync(Subject subject, ImmutableArray<string> setKeys, CancellationToken cancellationToken) => Task.FromResult(new GateVerdict(StuckGates == 0, []));

    public Task<ImmutableArray<GateProgress>> ProgressAsync(ImmutableArray<Subject> subjects, CancellationToken cancellationToken) =>
        Task.FromResult(subjects.Select(subject => new GateProgress(subject, "production", "Production Gates", 5, 0, StuckGates, 0, DateTimeOffset.UnixEpoch)).ToImmutableArray());

    ValueTask<Person?> IPeople.FindAsync(Guid id, CancellationToken cancellationToken) => new(People.GetValueOrDefault(id));

    ValueTask<ImmutableArray<Person>> IPeople.ListAsync(CancellationToken cancellationToken) => new([.. People.Values]);

    public ValueTask<ImmutableArray<Person>> InRoleAsync(Role role, CancellationToken cancellationToken = default) => new([.. People.Values.Where(person => person.Is(role))]);

    Task<RolloutSummary?> IRolloutLookup.FindAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult<RolloutSummary?>(null);
}
