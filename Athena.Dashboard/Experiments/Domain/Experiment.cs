using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Athena.Dashboard.Experiments.Contracts;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Experiments.Domain;

public enum ExperimentState
{
    Planned,
    Running,
    Stopped,
    Decided,
    Cancelled,
}

public enum DecisionKind
{
    /// <summary>Everybody is to get a treatment.</summary>
    Ship,
    KeepControl,
    Inconclusive,
}

/// <summary>How an experiment ended, with what it said at that moment.</summary>
/// <param name="Variant">What everybody is to get; null when it is inconclusive.</param>
public sealed record ExperimentDecision(DecisionKind Kind, string? Variant, string Reason, string By, DateTimeOffset At, ExperimentReadout Readout);

/// <summary>Something that happened to the flag while the experiment ran.</summary>
public sealed record Disturbance(DateTimeOffset At, string What);

/// <summary>An experiment over the variants of one flag in one environment.</summary>
public sealed record Experiment : IVersioned
{
    public const int LongestReason = 1_000;

    // After as many nothing more is learned from another.
    private const int MostDisturbances = 20;

    public required string Key { get; init; }

    public required string Name { get; init; }

    public string Hypothesis { get; init; } = "";

    public required string FlagKey { get; init; }

    public required string Environment { get; init; }

    public required ExperimentDesign Design { get; init; }

    public string? Owner { get; init; }

    /// <summary>When it begins by itself; null when that is not planned, or past.</summary>
    public DateTimeOffset? PlannedStart { get; init; }

    /// <summary>When it stops by itself; null for by hand.</summary>
    public DateTimeOffset? PlannedStop { get; init; }

    public ExperimentState State { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>The start that is under way: the flag is being taken, or was taken and the server went down before saying so.</summary>
    public Guid? Starting { get; init; }

    /// <summary>The flag keeps its variants and shares for it, or may still do so.</summary>
    public bool Holds { get; init; }

    /// <summary>The part of users that each variant gets, as it was at the start; 1 in sum, empty before.</summary>
    public ImmutableSortedDictionary<string, double> Shares { get; init; } = ImmutableSortedDictionary<string, double>.Empty;

    public ImmutableArray<Disturbance> Disturbances { get; init; } = [];

    public ExperimentDecision? Decision { get; init; }

    public long Version { get; init; } = 1;

    [JsonIgnore]
    public bool TakesOutcomes => State is ExperimentState.Running or ExperimentState.Stopped;

    public static Outcome<Decision<Experiment>> Create(ExperimentDescription description, IReadOnlyCollection<string>? variants, DateTimeOffset now)
    {
        if (description.Faults(variants, null, now).Refused("experiment_invalid", "The experiment cannot be created as it is.", out var refusal)) return refusal;
        var experiment = new Experiment { Key = description.Key, Name = "", FlagKey = description.FlagKey, Environment = description.Environment, Design = description.Design, CreatedAt = now }.With(description);
        return new Decision<Experiment>(experiment, [new ExperimentCreated(experiment.Key, experiment.Name, experiment.FlagKey, experiment.Environment)]);
    }

    /// <summary>Changes what it asks, as long as it has not begun; flag and environment stay.</summary>
    public Outcome<Decision<Experiment>> Describe(ExperimentDescription description, IReadOnlyCollection<string>? variants, DateTimeOffset now)
    {
        if (State != ExperimentState.Planned || Starting is not null)
            return Refusal.Conflict("experiment_begun", $"The experiment {Key} is {State.Word()} and stays as it began.", "Whoever changes the question after seeing answers learns nothing; plan another experiment.");
        if (description.Faults(variants, this, now).Refused("experiment_invalid", "The experiment cannot be saved as it is.", out var refusal)) return refusal;
        var next = With(description) with { Design = description.Design };
        return next.IsSameAs(this) ? new Decision<Experiment>(this, []) : new Decision<Experiment>(next, [new ExperimentChanged(Key)]);
    }

    /// <summary>Says that it is about to begin; the flag is asked next.</summary>
    public Outcome<Decision<Experiment>> Begin(Guid operation)
    {
        if (State != ExperimentState.Planned) return NotIn("begin", ExperimentState.Planned);
        if (string.IsNullOrWhiteSpace(Hypothesis))
            return Refusal.Conflict("hypothesis_missing", $"The experiment {Key} has no hypothesis.", "Write down what is expected to happen and why, before anything is seen.");
        return new Decision<Experiment>(this with { Starting = Starting ?? operation, Holds = true }, []);
    }

    /// <summary>The flag is taken: the experiment runs from now on.</summary>
    /// <param name="shares">Of all users whom the flag draws by lot; those of this experiment's variants count.</param>
    public Outcome<Decision<Experiment>> Start(IReadOnlyDictionary<string, double> shares, DateTimeOffset now)
    {
        if (State != ExperimentState.Planned) return new Decision<Experiment>(this, []);
        if (SharesOf(shares) is not { } mine) return WithoutShare(shares);
        return new Decision<Experiment>(
            this with { State = ExperimentState.Running, StartedAt = now, PlannedStart = null, Starting = null, Holds = true, Shares = mine },
            [new ExperimentStarted(Key, FlagKey, Environment)]);
    }

    /// <summary>The start was refused: nothing is under way any more, and no plan tries it again.</summary>
    public Decision<Experiment> NotStarted(string reason, bool byPlan) => State != ExperimentState.Planned
        ? new(this, [])
        : new(this with { Starting = null, PlannedStart = byPlan ? null : PlannedStart }, byPlan ? [new ExperimentStartRefused(Key, reason)] : []);

    public Outcome<Decision<Experiment>> Stop(string reason, DateTimeOffset now)
    {
        if (State != ExperimentState.Running) return NotIn("stop", ExperimentState.Running);
        return ReasonFault(reason, required: false) ?? (Outcome<Decision<Experiment>>)new Decision<Experiment>(
            this with { State = ExperimentState.Stopped, StoppedAt = now, PlannedStop = null }, [new ExperimentStopped(Key, reason.Trim())]);
    }

    public Outcome<Decision<Experiment>> Cancel(string reason, DateTimeOffset now)
    {
        if (State is ExperimentState.Decided or ExperimentState.Cancelled) return Refusal.Conflict("experiment_over", $"The experiment {Key} is {State.Word()} already.");
        return ReasonFault(reason, required: true) ?? (Outcome<Decision<Experiment>>)new Decision<Experiment>(
            this with { State = ExperimentState.Cancelled, StoppedAt = StoppedAt ?? (StartedAt is null ? null : now), PlannedStart = null, PlannedStop = null, Starting = null },
            [new ExperimentCancelled(Key, reason.Trim())]);
    }

    /// <summary>Ends it with a decision, which keeps what was read when it was made.</summary>
    public Outcome<Decision<Experiment>> Decide(DecisionKind kind, string? variant, string reason, ExperimentReadout readout, Actor actor, DateTimeOffset now)
    {
        if (State != ExperimentState.Stopped) return NotIn("decide on", ExperimentState.Stopped);
        if (ReasonFault(reason, required: true) is { } refused) return refused;
        if (kind == DecisionKind.Ship && (variant is null || !Design.Treatments.Contains(variant)))
            return Refusal.Invalid("decision_invalid", "What is shipped is one of the treatments.", new RefusalItem("variant", "is not a treatment", variant is null ? null : ExperimentDescription.Shorten(variant), string.Join(", ", Design.Treatments)));
        if (kind != DecisionKind.Ship && variant is not null)
            return Refusal.Invalid("decision_invalid", "Only a decision to ship names a variant.", new RefusalItem("variant", "is given", ExperimentDescription.Shorten(variant), "nothing"));
        var chosen = kind switch { DecisionKind.Ship => variant, DecisionKind.KeepControl => Design.Control, _ => null };
        var decision = new ExperimentDecision(kind, chosen, reason.Trim(), actor.Name, now, readout);
        return new Decision<Experiment>(this with { State = ExperimentState.Decided, Decision = decision }, [new ExperimentDecided(Key, kind.Word(), chosen, decision.Reason)]);
    }

    /// <summary>Its flag was changed in a way that nobody can refuse.</summary>
    public Decision<Experiment> Disturb(string what, DateTimeOffset now) =>
        State != ExperimentState.Running || Disturbances.Length >= MostDisturbances || (Disturbances is [.., var last] && last.What == what)
            ? new(this, [])
            : new(this with { Disturbances = Disturbances.Add(new Disturbance(now, what)) }, [new ExperimentDisturbed(Key, what)]);

    /// <summary>The shares among this experiment's variants; null where one of them gets nobody.</summary>
    public ImmutableSortedDictionary<string, double>? SharesOf(IReadOnlyDictionary<string, double> all)
    {
        var mine = Design.Variants.ToDictionary(variant => variant, variant => all.GetValueOrDefault(variant), StringComparer.Ordinal);
        var sum = mine.Values.Sum();
        return mine.Values.All(share => share > 0) ? mine.ToImmutableSortedDictionary(share => share.Key, share => share.Value / sum, StringComparer.Ordinal) : null;
    }

    private Refusal WithoutShare(IReadOnlyDictionary<string, double> shares)
    {
        var without = Design.Variants.Where(variant => !(shares.GetValueOrDefault(variant) > 0)).ToList();
        return Refusal.Conflict("variant_unserved", $"{FlagKey} gives {string.Join(" and ", without)} to nobody in {Environment}.", "Let its setting split users over all variants of the experiment: by percentage between off and another, or by weights.");
    }

    private Experiment With(ExperimentDescription description) => this with
    {
        Name = description.Name.Trim(),
        Hypothesis = description.Hypothesis.ReplaceLineEndings("\n").Trim(),
        Owner = string.IsNullOrWhiteSpace(description.Owner) ? null : description.Owner.Trim(),
        PlannedStart = description.PlannedStart?.ToUniversalTime(),
        PlannedStop = description.PlannedStop?.ToUniversalTime(),
    };

    private bool IsSameAs(Experiment other) =>
        Name == other.Name && Hypothesis == other.Hypothesis && Owner == other.Owner && PlannedStart == other.PlannedStart && PlannedStop == other.PlannedStop && Design.IsSameAs(other.Design);

    private Refusal NotIn(string verb, ExperimentState wanted) =>
        Refusal.Conflict("experiment_" + State.Word(), $"The experiment {Key} is {State.Word()}: only one that is {wanted.Word()} can {(verb == "decide on" ? "be decided on" : verb)}.", wanted == ExperimentState.Stopped && State == ExperimentState.Running ? "Stop it first." : "");

    private static Refusal? ReasonFault(string reason, bool required)
    {
        var faults = new InputFaults();
        faults.Text("reason", reason, LongestReason, required);
        return faults.Refused("reason_invalid", required && string.IsNullOrWhiteSpace(reason) ? "A reason is needed." : "The reason cannot be taken.", out var refusal) ? refusal : null;
    }
}

public static class ExperimentWords
{
    public static string Word(this ExperimentState state) => state switch
    {
        ExperimentState.Planned => "planned",
        ExperimentState.Running => "running",
        ExperimentState.Stopped => "stopped",
        ExperimentState.Decided => "decided",
        ExperimentState.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    public static string Word(this DecisionKind kind) => kind switch
    {
        DecisionKind.Ship => "ship",
        DecisionKind.KeepControl => "keepControl",
        DecisionKind.Inconclusive => "inconclusive",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
