using System.Collections.Concurrent;
using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Tests.Infrastructure;

namespace Athena.Dashboard.Tests.Rollouts;

/// <summary>
/// The other slices as a rollout sees them. It outlives the server under test, as their tables would, and can kill that
/// server at a chosen call.
/// </summary>
internal sealed class RolloutWorld : IFlagExposure, IFlagLookup, IExposedUsers, IHealthJudge, IHealthSources, IHealthRecordings, IGateVerdicts, IReleaseLookup, IReleaseProgress
{
    private Action? onLook;
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, string> operations = [];
    private readonly List<string> effects = [];
    private readonly ConcurrentDictionary<string, Verdict> verdicts = new(StringComparer.Ordinal);

    public FakeClock Clock { get; } = new(RolloutBuilder.Start);

    public bool FlagEnabled { get; set; } = true;

    public Percentage Percentage { get; private set; } = Percentage.Zero;

    public Guid? Owner { get; set; }

    public ReleaseState Release { get; set; } = ReleaseState.RollingOut;

    public bool IsFresh { get; set; } = true;

    public bool GatesPassed { get; set; } = true;

    public int Looks { get; private set; }

    /// <summary>Every change that really happened, in order; a repeated operation adds nothing. One that can be seen is among them.</summary>
    public IReadOnlyList<string> Effects
    {
        get
        {
            lock (gate) return [.. effects];
        }
    }

    public void ForgetEffects()
    {
        lock (gate) effects.Clear();
    }

    /// <summary>Called before and after each effect with its name; throwing is the server dying there.</summary>
    public Action<string> OnCall { get; set; } = _ => { };

    public void Judge(string rule, Verdict verdict) => verdicts[rule] = verdict;

    /// <summary>Happens once, after a look has read its rollout and before it has saved what it finds.</summary>
    public void DuringNextLook(Action happens) => onLook = happens;

    public Task<Outcome<FlagExposure>> ClaimAsync(Guid operationId, string flagKey, string environment, Guid rolloutId, Actor actor, CancellationToken cancellationToken) =>
        OnceAsync<FlagExposure>(operationId, "claim", () =>
        {
            if (Owner is { } other && other != rolloutId) return Refusal.Conflict("flag_owned", "Another rollout owns the flag.");
            Owner = rolloutId;
            return Exposure();
        });

    public Task<Outcome<FlagExposure>> SetAsync(
        Guid operationId, string flagKey, string environment, Guid rolloutId, Percentage percentage, ImmutableArray<string> audience, string reason, Actor actor, CancellationToken cancellationToken) =>
        OnceAsync<FlagExposure>(operationId, $"set {percentage}", () =>
        {
            if (Owner != rolloutId) return Refusal.Conflict("flag_not_owned", "The rollout does not own the flag.");
            if (!FlagEnabled && percentage > Percentage) return Refusal.Conflict("flag_switched_off", "The flag is switched off.");
            Percentage = percentage;
            return Exposure();
        });

    public Task<Outcome<FlagExposure>> ReleaseAsync(Guid operationId, string flagKey, string environment, Guid rolloutId, Actor actor, CancellationToken cancellationToken) =>
        OnceAsync<FlagExposure>(operationId, "free", () =>
        {
            Owner = null;
            return Exposure();
        });

    public Task<Outcome<FlagExposure>> SwitchOffAsync(Guid operationId, string flagKey, string environment, string reason, Actor actor, CancellationToken cancellationToken) =>
        OnceAsync<FlagExposure>(operationId, "switch off", () =>
        {
            FlagEnabled = false;
            return Exposure();
        });

    public Task<FlagSummary?> FindAsync(string flagKey, CancellationToken cancellationToken) => Task.FromResult<FlagSummary?>(
        flagKey == "database-views-v2"
            ? new FlagSummary(flagKey, "Database views", "", FlagKind.Release, false, "1.2.0", null, [Exposure(), Exposure() with { Environment = "staging" }])
            : null);

    async Task<ImmutableArray<FlagSummary>> IFlagLookup.ListAsync(CancellationToken cancellationToken) => [(await FindAsync("database-views-v2", cancellationToken))!];

    public Task<ImmutableArray<FlagSummary>> ListOfReleaseAsync(string releaseId, CancellationToken cancellationToken) => ((IFlagLookup)this).ListAsync(cancellationToken);

    Task<ImmutableArray<ExposedUsers>> IExposedUsers.ListAsync(Guid rolloutId, CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<ExposedUsers>>([new ExposedUsers(Percentage.From(1), [], 63, 6200)]);

    public ImmutableArray<RuleVerdict> Judge(HealthScope scope, ImmutableArray<JudgedRule> rules, DateTimeOffset now)
    {
        Looks++;
        Interlocked.Exchange(ref onLook, null)?.Invoke();
        return [.. rules.Select(rule => RolloutBuilder.Says(rule, verdicts.GetValueOrDefault(rule.Rule.Text, Verdict.Good)))];
    }

    public ImmutableArray<RuleVerdict> Latest(Guid rolloutId) => [];

    public SourceFreshness Freshness(Guid rolloutId, DateTimeOffset now) => IsFresh ? RolloutBuilder.Fresh : RolloutBuilder.StaleSource;

    /// <summary>Metrics that nobody supplies.</summary>
    public Dictionary<string, UnsuppliedMetric> Lacking { get; } = new(StringComparer.Ordinal);

    public ImmutableArray<UnsuppliedMetric> Unsupplied(string environment, IEnumerable<string> metrics, MetricCatalogue catalogue, DateTimeOffset now) =>
        [.. metrics.Select(metric => Lacking.GetValueOrDefault(catalogue.Resolve(metric)!.Key)).OfType<UnsuppliedMetric>()];

    /// <summary>False while the database takes no counts.</summary>
    public bool Stores { get; set; } = true;

    public Task<bool> StoreAsync(IReadOnlyCollection<Guid> rolloutIds) => Task.FromResult(Stores);

    /// <summary>What was counted in earlier rollouts.</summary>
    public Dictionary<Guid, ImmutableArray<RecordedMinute>> Recorded { get; } = [];

    Task<ImmutableArray<RecordedRollout>> IHealthRecordings.ListAsync(IReadOnlyCollection<Guid> rolloutIds, CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<RecordedRollout>>(
    [
        .. rolloutIds.Where(Recorded.ContainsKey).Select(id => new RecordedRollout(id, Recorded[id][0].At, Recorded[id][^1].At.AddMinutes(1), Recorded[id].Length, Recorded[id][0].Exposed, Recorded[id][0].Control)),
    ]);

    Task<ImmutableArray<RecordedMinute>> IHealthRecordings.ReadAsync(Guid rolloutId, int most, CancellationToken cancellationToken) => Task.FromResult(Recorded[rolloutId]);

    public Task<GateVerdict> EvaluateAsync(Subject subject, ImmutableArray<string> setKeys, CancellationToken cancellationToken) => Task.FromResult(
        GatesPassed
            ? new GateVerdict(true, [])
            : new GateVerdict(false, [new OpenGateItem("production", "Production Gates", "rollback-plan", "Rollback plan prepared", GateItemState.Open, ["DevOps Engineer"], RolloutBuilder.Start, null)]));

    public Task<ImmutableArray<GateProgress>> ProgressAsync(ImmutableArray<Subject> subjects, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<ReleaseSummary?> IReleaseLookup.FindAsync(string version, CancellationToken cancellationToken) =>
        Task.FromResult(version is "1.2.0" ? Summary() : null);

    public Task<ImmutableArray<ReleaseSummary>> ListActiveAsync(CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<ReleaseSummary>>([Summary()]);

    Task<ImmutableArray<ReleaseSummary>> IReleaseLookup.ListAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Outcome<ReleaseSummary>> CompleteAsync(Guid operationId, string version, Actor actor, CancellationToken cancellationToken) =>
        OnceAsync<ReleaseSummary>(operationId, "complete release", () =>
        {
            Release = ReleaseState.Completed;
            return Summary();
        });

    public Task<Outcome<ReleaseSummary>> RollBackAsync(Guid operationId, string version, string reason, Actor actor, CancellationToken cancellationToken) =>
        OnceAsync<ReleaseSummary>(operationId, "roll back release", () =>
        {
            Release = ReleaseState.RolledBack;
            return Summary();
        });

    private Task<Outcome<T>> OnceAsync<T>(Guid operationId, string what, Func<Outcome<T>> effect)
    {
        OnCall("before " + what);
        Outcome<T> outcome;
        lock (gate)
        {
            if (operations.TryGetValue(operationId, out var known))
            {
                known.ShouldBe(what);
                outcome = (T)(object)(typeof(T) == typeof(FlagExposure) ? Exposure() : Summary());
            }
            else
            {
                outcome = effect();
                if (outcome.IsAccepted)
                {
                    operations[operationId] = what;
                    effects.Add(what);
                }
            }
        }

        OnCall("after " + what);
        return Task.FromResult(outcome);
    }

    private FlagExposure Exposure() => new("database-views-v2", "production", FlagEnabled, Percentage, [], Owner, 1);

    private ReleaseSummary Summary() =>
        new("1.2.0", "Enhanced Database Views", "minor", Release, new DateOnly(2025, 8, 15), "Europe/Berlin", Guid.Empty, "Release desk", 1, RolloutBuilder.Start);
}
