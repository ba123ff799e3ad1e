using System.Globalization;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Recovery.Contracts;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Recovery.Domain;

public enum DrillPart
{
    /// <summary>Flag and rollout are made, and the flag is exposed.</summary>
    Preparing,

    /// <summary>Both arms are reported to be healthy.</summary>
    Healthy,

    /// <summary>Those with the feature are reported to fail; the product has to find it.</summary>
    Faulty,

    /// <summary>Everything is taken back; the flag is evaluated.</summary>
    Verifying,
    Passed,
    Failed,

    /// <summary>The server stopped in the middle of it.</summary>
    Interrupted,
}

/// <summary>
/// A rollback rehearsed on purpose: a real flag at a real share, a real rollout, real batches through the door that
/// applications use. Nothing but the fault is played.
/// </summary>
public sealed record Drill : IVersioned
{
    public required Guid Id { get; init; }

    public long Version { get; init; } = 1;

    public required string Environment { get; init; }

    /// <summary>The release whose process and rules apply.</summary>
    public required string Release { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required string StartedBy { get; init; }

    public Guid? RolloutId { get; init; }

    public DrillPart Part { get; init; }

    /// <summary>The end of the first faulty report.</summary>
    public DateTimeOffset? FaultAt { get; init; }

    /// <summary>The first look that found it.</summary>
    public DateTimeOffset? DetectedAt { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>From when on the flag exposed nobody.</summary>
    public DateTimeOffset? ActedAt { get; init; }

    /// <summary>When everybody was seen to get the old value.</summary>
    public DateTimeOffset? VerifiedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>One sentence; null while it goes on.</summary>
    public string? Outcome { get; init; }

    /// <summary>Its rollout is over and its flag is off.</summary>
    public bool IsClean { get; init; }

    public bool IsOver => EndedAt is not null;

    public TimeSpan? ToDetect => DetectedAt - FaultAt;

    public TimeSpan? ToDecide => DecidedAt - DetectedAt;

    public TimeSpan? ToAct => ActedAt - DecidedAt;

    public TimeSpan? ToVerify => VerifiedAt - ActedAt;

    public TimeSpan? Whole => VerifiedAt - FaultAt;

    /// <summary>Why a drill cannot be started here; null when it can.</summary>
    /// <param name="environments">Those of the process, in order.</param>
    /// <param name="underWay">A drill there that is not over, or not cleaned up.</param>
    /// <param name="rollout">What the drills' flag has there.</param>
    public static Refusal? WhyNotStart(string environment, IReadOnlyList<TargetEnvironment> environments, Drill? underWay, RolloutSummary? rollout, Actor actor)
    {
        if (actor.Lacks(Permission.LowerExposure, "start a drill") is { } forbidden) return forbidden;
        if (actor.Environment is { } bound && bound != environment) return Refusal.Forbidden($"{actor.Name} is bound to the environment {bound}; this is {environment}.");
        var place = environments.ToList().FindIndex(one => one.Key == environment);
        var allowed = environments.Where((one, i) => IsRehearsed(environments, i)).Select(one => one.Key);
        if (place < 0)
            return Refusal.Invalid("unknown_environment", "The drill has no place.", new RefusalItem("environment", "there is no such environment", environment, string.Join(", ", allowed)));
        if (!IsRehearsed(environments, place))
            return Refusal.Conflict("drill_in_production", $"Nothing is rehearsed in {environment}: real users are there.", $"Rehearse in {string.Join(" or ", allowed)}.");
        if (underWay is not null)
            return Refusal.Conflict("drill_under_way", underWay.IsOver ? $"The last drill in {environment} is still being cleaned up." : $"{underWay.StartedBy} has a drill under way in {environment}.", "Wait until it is over.");
        return rollout is null ? null : Refusal.Conflict("rollout_active", $"{rollout.FlagKey} has a rollout in {environment}: {rollout.State.Word()}.", $"See /rollouts/{rollout.Id}. Roll it back or call it off first.");
    }

    /// <summary>Not where the process says production, and not in the last of its environments whatever it says.</summary>
    public static bool IsRehearsed(IReadOnlyList<TargetEnvironment> environments, int place) => !environments[place].IsProduction && place < environments.Count - 1;

    public static Decision<Drill> Start(Guid id, string release, string environment, string by, DateTimeOffset now) => new(
        new Drill { Id = id, Environment = environment, Release = release, StartedAt = now, StartedBy = by },
        [new DrillStarted(id, environment, release)]);

    public Decision<Drill> GoOn(DrillPart part, DateTimeOffset? faultAt = null) =>
        IsOver || part <= Part ? new Decision<Drill>(this, []) : new Decision<Drill>(this with { Part = part, FaultAt = FaultAt ?? faultAt }, [new DrillWentOn(Id, Environment, part.ToString())]);

    /// <summary>What the product did about the fault, as its own records have it.</summary>
    public Drill Follow(RollbackRecord record) => this with
    {
        DetectedAt = Later(record.DetectedAt, FaultAt),
        DecidedAt = record.Decision.DecidedAt,
        ActedAt = record.LoweredAt,
    };

    /// <summary>The drill ends well when a rule decided and everybody gets the old value.</summary>
    /// <param name="answers">What users were answered after all was taken back.</param>
    public Decision<Drill> Verify(RollbackRecord record, IReadOnlyCollection<string> answers, string oldValue, DateTimeOffset now)
    {
        if (IsOver) return new Decision<Drill>(this, []);
        var followed = Follow(record);
        var still = answers.Count(answer => answer != oldValue);
        if (record.Decision.Harm is not { } harm) return followed.Fail($"{record.Decision.DecidedBy} took it back before a rule did.", now);
        if (still > 0) return followed.Fail($"{still.ToString(CultureInfo.InvariantCulture)} of {answers.Count.ToString(CultureInfo.InvariantCulture)} users still got the new value after everything was taken back.", now);
        var passed = followed with { Part = DrillPart.Passed, VerifiedAt = now, EndedAt = now };
        var outcome = $"{harm.Rule} ({harm.List}) took it back; {answers.Count.ToString(CultureInfo.InvariantCulture)} of {answers.Count.ToString(CultureInfo.InvariantCulture)} users got the old value.";
        return new Decision<Drill>(passed with { Outcome = outcome }, [new DrillPassed(Id, Environment, outcome)]);
    }

    public Decision<Drill> Fail(string outcome, DateTimeOffset now) => IsOver
        ? new Decision<Drill>(this, [])
        : new Decision<Drill>(this with { Part = DrillPart.Failed, EndedAt = now, Outcome = outcome }, [new DrillFailed(Id, Environment, outcome)]);

    public Decision<Drill> Interrupt(DateTimeOffset now)
    {
        const string outcome = "The server stopped in the middle of it.";
        return IsOver
            ? new Decision<Drill>(this, [])
            : new Decision<Drill>(this with { Part = DrillPart.Interrupted, EndedAt = now, Outcome = outcome }, [new DrillInterrupted(Id, Environment, outcome)]);
    }

    public Decision<Drill> Clean() => IsClean || !IsOver ? new Decision<Drill>(this, []) : new Decision<Drill>(this with { IsClean = true }, [new DrillCleaned(Id, Environment)]);

    // A look that was undecided before the fault began has not found it.
    private static DateTimeOffset Later(DateTimeOffset found, DateTimeOffset? fault) => fault > found ? fault.Value : found;
}
