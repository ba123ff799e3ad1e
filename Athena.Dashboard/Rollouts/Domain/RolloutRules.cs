using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Rollouts.Domain;

/// <summary>What a command has to know of other slices.</summary>
/// <param name="Release">State of the release; null when there is none of that version.</param>
/// <param name="FlagIsOn">False when the flag was switched off in the environment.</param>
public sealed record Surroundings(ReleaseState? Release, GateStanding Gates, bool FlagIsOn);

/// <summary>
/// Why a command is refused, null when it is not. The command asks here, and so does the button that is disabled for
/// the same reason.
/// </summary>
public static class RolloutRules
{
    /// <summary>Planning raises nothing yet, but whoever plans decides how exposure will rise.</summary>
    public static Refusal? WhyNotPlan(Actor actor, string environment, bool isProduction) =>
        Elsewhere(actor, environment) ?? actor.Lacks(Raising(isProduction), $"plan a rollout in {environment}");

    /// <summary>Whoever may start it may try it before; afterwards it is past trying.</summary>
    /// <param name="alsoLater">What was begun before the start can be cancelled after it.</param>
    public static Refusal? WhyNotRehearse(Rollout rollout, Actor actor, bool alsoLater = false) =>
        WhyNotRaise(rollout, actor, "rehearse the plan")
        ?? (alsoLater || rollout.State == RolloutState.Planned ? null : Refusal.Conflict("rollout_not_planned", $"The rollout is {rollout.State.Word()}; a plan is rehearsed before it is started."));

    public static Refusal? WhyNotStart(Rollout rollout, Actor actor, Surroundings around) =>
        WhyNotRaise(rollout, actor, "start the rollout")
        ?? (rollout.State == RolloutState.Planned ? null : Refusal.Conflict("rollout_not_planned", $"The rollout is {rollout.State.Word()}; only a planned one can be started."))
        ?? WhyReleaseForbids(rollout, around, "start");

    public static Refusal? WhyNotPause(Rollout rollout, Actor actor) =>
        WhyNotLower(rollout, actor, "pause the rollout")
        ?? (rollout.State is RolloutState.Running or RolloutState.Held
            ? null
            : Refusal.Conflict("rollout_not_running", $"The rollout is {rollout.State.Word()}; there is nothing to pause."));

    public static Refusal? WhyNotResume(Rollout rollout, Actor actor, Surroundings around) =>
        WhyNotRaise(rollout, actor, "resume the rollout")
        ?? rollout switch
        {
            { State: RolloutState.Paused } => null,
            { State: RolloutState.Held, Cause: HoldCause.AsksAPerson or HoldCause.FlagRefused } => null,
            { State: RolloutState.Held, Cause: { } cause } => Refusal.Conflict(
                "hold_ends_by_itself",
                $"The rollout is held ({cause.Word()}) and goes on by itself once that is over.",
                rollout.Because ?? ""),
            _ => Refusal.Conflict("rollout_not_paused", $"The rollout is {rollout.State.Word()}; there is nothing to resume."),
        }
        ?? (around.FlagIsOn
            ? null
            : Refusal.Conflict("flag_switched_off", $"The flag {rollout.FlagKey} is switched off in {rollout.Environment}.", "Switch it on first, then resume the rollout."))
        ?? WhyReleaseForbids(rollout, around, "resume", gates: false);

    public static Refusal? WhyNotAdvance(Rollout rollout, Actor actor, Surroundings around) =>
        WhyNotRaise(rollout, actor, "advance the rollout")
        ?? rollout.State switch
        {
            RolloutState.Running or RolloutState.Held => null,
            RolloutState.Paused => Refusal.Conflict("rollout_paused", "The rollout is paused.", "Resume it first."),
            _ => Refusal.Conflict("rollout_not_running", $"The rollout is {rollout.State.Word()}; it cannot be advanced."),
        }
        ?? (rollout.Applied
            ? null
            : Refusal.Conflict("exposure_pending", "The flag does not serve the present stage yet.", "Wait until it does, or resume the rollout when it is held for that."))
        ?? WhyReleaseForbids(rollout, around, "advance");

    public static Refusal? WhyNotRollBack(Rollout rollout, Actor actor) =>
        WhyNotLower(rollout, actor, "roll back")
        ?? rollout.State switch
        {
            // Whoever does not want to wait for a gradual one may have the rest of it at once.
            RolloutState.RollingBack when rollout.Rollback?.Action == RuleAction.Gradual => null,
            RolloutState.Running or RolloutState.Held or RolloutState.Paused => null,
            RolloutState.Planned => Refusal.Conflict("rollout_not_started", "The rollout has not begun; nobody is exposed.", "Call it off instead."),
            RolloutState.RollingBack => Refusal.Conflict("already_rolling_back", "The rollout is being rolled back already."),
            _ => Refusal.Conflict("rollout_over", $"The rollout is {rollout.State.Word()}; there is nothing to roll back."),
        };

    public static Refusal? WhyNotCallOff(Rollout rollout, Actor actor) =>
        WhyNotLower(rollout, actor, "call the rollout off")
        ?? (rollout.State == RolloutState.Planned
            ? null
            : Refusal.Conflict("rollout_not_planned", $"The rollout is {rollout.State.Word()}; only a planned one can be called off."));

    /// <summary>Whoever holds the criterion's role, or may advance the rollout anyway.</summary>
    public static Refusal? WhyNotTick(Rollout rollout, Actor actor, TickedCriterion criterion) =>
        Elsewhere(actor, rollout.Environment)
        ?? (actor.Is(criterion.Role) || actor.May(Permission.RaiseExposure)
            ? null
            : Refusal.Forbidden(
                $"{actor.Name} may not tick \"{criterion.Text}\".",
                [.. Permission.RaiseExposure.Holders().Prepend(criterion.Role).Distinct().Select(role => role.Title())]))
        ?? WhyNotInStage(rollout);

    public static Refusal? WhyNotInStage(Rollout rollout) =>
        rollout.State.IsInStage()
            ? null
            : Refusal.Conflict("rollout_not_in_stage", $"The rollout is {rollout.State.Word()}; criteria are ticked while a stage runs.");

    private static Permission Raising(bool isProduction) => isProduction ? Permission.RaiseExposure : Permission.EditFlags;

    private static Refusal? WhyNotRaise(Rollout rollout, Actor actor, string what) =>
        Elsewhere(actor, rollout.Environment) ?? actor.Lacks(Raising(rollout.IsProduction), what);

    private static Refusal? WhyNotLower(Rollout rollout, Actor actor, string what) =>
        Elsewhere(actor, rollout.Environment)
        ?? (!rollout.IsProduction && actor.May(Permission.EditFlags) ? null : actor.Lacks(Permission.LowerExposure, what));

    private static Refusal? Elsewhere(Actor actor, string environment) =>
        actor.Environment is { } bound && bound != environment
            ? Refusal.Forbidden($"{actor.Name} is bound to the environment {bound}; this is {environment}.")
            : null;

    // The release and its gates speak for production; elsewhere a rollout is a rehearsal.
    private static Refusal? WhyReleaseForbids(Rollout rollout, Surroundings around, string verb, bool gates = true)
    {
        if (!rollout.IsProduction) return null;
        if (around.Release != ReleaseState.RollingOut)
        {
            return Refusal.Conflict(
                "release_not_rolling_out",
                $"The rollout cannot {verb}: release {rollout.Release} is {Word(around.Release)}.",
                "Take the release to rolling out first.");
        }

        return !gates || around.Gates.Passed
            ? null
            : Refusal.Conflict("gate_open", $"The rollout cannot {verb} while gate items are open.") with { Items = around.Gates.Open };
    }

    private static string Word(ReleaseState? state) => state switch
    {
        null => "not there",
        ReleaseState.Planned => "planned",
        ReleaseState.InDevelopment => "in development",
        ReleaseState.InQa => "in QA",
        ReleaseState.InPreparation => "in preparation",
        ReleaseState.RollingOut => "rolling out",
        ReleaseState.Completed => "completed",
        ReleaseState.RolledBack => "rolled back",
        ReleaseState.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
