using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Flags.Domain;

/// <summary>Who changes a setting, where, why, and when.</summary>
public sealed record ChangeTerms(Actor Actor, TargetEnvironment Environment, string Reason, Consent Consent, DateTimeOffset Now)
{
    /// <summary>What production must not be ahead of; null outside production, and where nothing comes before it.</summary>
    public PreviousEnvironment? Previous { get; init; }

    /// <summary>The change is one that was asked for and approved, or is only looked at.</summary>
    public bool Approved { get; init; }

    /// <summary>What an edited setting may name.</summary>
    public TargetingScope Scope { get; init; } = TargetingScope.Boolean;

    /// <summary>
    /// To see what a change would make if it were approved. Whether its author could make it, and the confirmation, are
    /// asked when it is carried out, and of whoever does that.
    /// </summary>
    public ChangeTerms IfApproved() => this with { Actor = Actor.System("change request"), Consent = Consent with { Confirmation = Environment.Key }, Approved = true };
}

/// <summary>
/// What may be done to a flag's setting in one environment. A decision without events means that there was nothing to
/// do. The rule that stands over all others: a change that only lowers exposure waits for nobody.
/// </summary>
public static class FlagDecisions
{
    public const int LongestReason = 500;

    /// <summary>
    /// Switches by hand, also while a rollout owns the setting: the share stays the rollout's, and a rollout that paused
    /// because the flag was switched off goes on only when it is resumed. Off also forgets the schedule, so that the
    /// flag cannot come back by itself.
    /// </summary>
    public static Outcome<Decision<FlagEnvironment>> Switch(this FlagEnvironment flag, bool on, ChangeTerms terms)
    {
        var next = on
            ? flag with { Enabled = true, EnableAt = null }
            : flag with { Enabled = false, EnableAt = null, DisableAt = null };
        return Settle(flag, next, terms, asksReason: on);
    }

    /// <summary>Edits targeting and schedule. While a rollout owns the setting, only <c>DisableAt</c> may change.</summary>
    public static Outcome<Decision<FlagEnvironment>> Edit(this FlagEnvironment flag, FlagSettings settings, ChangeTerms terms) => flag.Put(settings, flag.Enabled, terms);

    /// <summary>Edits and switches in one change: what a reversion and an import do.</summary>
    public static Outcome<Decision<FlagEnvironment>> Put(this FlagEnvironment flag, FlagSettings settings, bool enabled, ChangeTerms terms)
    {
        var faults = settings.Faults(flag with { Enabled = enabled }, terms.Now, terms.Scope).ToArray();
        if (faults.Length > 0) return Refusal.Invalid("flag_settings_invalid", $"The setting of {flag.FlagKey} in {flag.Environment} cannot be saved.", faults);
        var next = settings.AppliedTo(flag) with { Enabled = enabled };
        if (flag.RolloutId is not null)
        {
            if (next.Percentage != flag.Percentage || !next.Audience.SequenceEqual(flag.Audience, StringComparer.Ordinal))
                return Owned(flag, "keeps its percentage and cohorts", "Change them by advancing, pausing or rolling back the rollout.");
            if (!next.HasSameTargeting(flag))
                return Owned(flag, "keeps its targeting", "Conditions, rules and prerequisites are frozen until the rollout is over, or its figures would compare different users.");
            if (next.EnableAt != flag.EnableAt)
                return Owned(flag, "cannot be scheduled to switch on", "During a rollout a schedule may only switch the flag off.");
        }

        if (flag.Experiment is { } experiment && !next.HasSameTargeting(flag) && Exposure.Compare(flag with { Enabled = true }, next with { Enabled = true }) != ExposureEffect.Lowers)
        {
            return Refusal.Conflict(
                "flag_in_experiment",
                $"{flag.FlagKey} keeps who gets which variant in {flag.Environment}: the experiment {experiment} compares them.",
                $"Stop the experiment first: /experiments/{experiment}. Switching off and lowering stay possible.");
        }

        return Settle(flag, next, terms, asksReason: true);
    }

    /// <inheritdoc cref="IFlagExposure.ClaimAsync"/>
    public static Outcome<Decision<FlagEnvironment>> Claim(this FlagEnvironment flag, Guid rolloutId, ChangeTerms terms)
    {
        if (flag.RolloutId is { } owner && owner != rolloutId)
            return Refusal.Conflict("flag_owned", $"Another rollout owns {flag.FlagKey} in {flag.Environment}.", $"Finish or roll back /rollouts/{owner} first.");
        if (flag.Experiment is { } experiment)
            return Refusal.Conflict("flag_in_experiment", $"The experiment {experiment} compares the variants of {flag.FlagKey} in {flag.Environment}.", $"Stop it first: /experiments/{experiment}.");
        // Also when it was switched off since: a repeated claim must never undo somebody's kill switch.
        if (flag.RolloutId == rolloutId) return new Decision<FlagEnvironment>(flag, []);
        var next = flag with { RolloutId = rolloutId, EnableAt = null };
        if (!flag.Enabled) next = next with { Enabled = true, Percentage = Percentage.Zero, Audience = [] };
        return Lacks(terms.Actor, terms.Environment, ExposureEffect.Raises) is { } refusal ? refusal : Decide(flag, next, terms);
    }

    /// <inheritdoc cref="IFlagExposure.SetAsync"/>
    public static Outcome<Decision<FlagEnvironment>> Expose(
        this FlagEnvironment flag, Guid rolloutId, Percentage percentage, ImmutableArray<string> audience, ChangeTerms terms)
    {
        if (flag.RolloutId != rolloutId)
            return Refusal.Conflict("flag_not_owned", $"The rollout does not own {flag.FlagKey} in {flag.Environment}.", "Claim it first.");
        var next = flag with { Percentage = percentage, Audience = audience };
        var effect = Exposure.Compare(flag with { Enabled = true }, next with { Enabled = true });
        if (!flag.Enabled && effect == ExposureEffect.Raises)
            return Refusal.Conflict("flag_switched_off", $"{flag.FlagKey} is switched off in {flag.Environment}.", "Switch it on, then resume the rollout.");
        return Lacks(terms.Actor, terms.Environment, effect) is { } refusal ? refusal : Decide(flag, next, terms);
    }

    /// <inheritdoc cref="IFlagExposure.ReleaseAsync"/>
    public static Outcome<Decision<FlagEnvironment>> ReleaseFrom(this FlagEnvironment flag, Guid rolloutId, ChangeTerms terms) =>
        flag.RolloutId == rolloutId ? Decide(flag, flag with { RolloutId = null }, terms) : new Decision<FlagEnvironment>(flag, []);

    /// <inheritdoc cref="IFlagExperiments.HoldAsync"/>
    public static Outcome<Decision<FlagEnvironment>> Hold(this FlagEnvironment flag, string experiment, ChangeTerms terms)
    {
        if (flag.Experiment == experiment) return new Decision<FlagEnvironment>(flag, []);
        if (flag.Experiment is { } other)
            return Refusal.Conflict("flag_in_experiment", $"Another experiment compares the variants of {flag.FlagKey} in {flag.Environment}.", $"Stop /experiments/{other} first.");
        if (flag.RolloutId is not null) return Owned(flag, "cannot be taken for an experiment", "Its percentage moves by itself, so that no two days have the same users; finish the rollout first.");
        if (!flag.Enabled) return Refusal.Conflict("flag_switched_off", $"{flag.FlagKey} is switched off in {flag.Environment}.", "Nobody would see a variant: switch it on first.");
        return Lacks(terms.Actor, terms.Environment, ExposureEffect.Raises) is { } refusal ? refusal : Decide(flag, flag with { Experiment = experiment }, terms);
    }

    /// <inheritdoc cref="IFlagExperiments.LetGoAsync"/>
    public static Outcome<Decision<FlagEnvironment>> LetGo(this FlagEnvironment flag, string experiment, ChangeTerms terms) =>
        flag.Experiment == experiment ? Decide(flag, flag with { Experiment = null }, terms) : new Decision<FlagEnvironment>(flag, []);

    /// <summary>Does what the schedule says by now, however late; both at once when both instants are past.</summary>
    /// <remarks>It never makes production run ahead of the environment before it, unless that was allowed when the instant was set.</remarks>
    public static Decision<FlagEnvironment> FollowSchedule(this FlagEnvironment flag, ChangeTerms terms)
    {
        var next = flag;
        if (next.EnableAt <= terms.Now)
            next = next with { EnableAt = null, Enabled = next.Enabled || next.RolloutId is null };
        if (next.DisableAt <= terms.Now)
            next = next with { DisableAt = null, Enabled = false };
        return next.Enabled && !flag.Enabled && AgainstSchedule(flag, next, terms) is { } against
            ? new(flag with { EnableAt = null }, [new FlagScheduleRefused(flag.FlagKey, flag.Environment, against)])
            : Decide(flag, next, terms);
    }

    private static string? AgainstSchedule(FlagEnvironment flag, FlagEnvironment next, ChangeTerms terms)
    {
        if (terms.Environment.Approval is not null && !flag.Approved) return $"{terms.Environment.Title} asks for approval, which the schedule never had";
        return flag.AheadBecause is null && terms.Previous is { } previous && next.Ahead(previous) is { IsEmpty: false } ahead
            ? $"{terms.Environment.Title} would be ahead of {previous.Title}: it {string.Join(", and it ", ahead.Select(item => item.Message))}"
            : null;
    }

    private static Outcome<Decision<FlagEnvironment>> Settle(FlagEnvironment flag, FlagEnvironment next, ChangeTerms terms, bool asksReason)
    {
        var effect = Exposure.Compare(flag, next);
        if (Lacks(terms.Actor, terms.Environment, effect) is { } forbidden) return forbidden;
        if (next.IsSameAs(flag)) return new Decision<FlagEnvironment>(flag, []);
        if (terms.Reason.Length > LongestReason)
            return Refusal.Invalid("reason_invalid", "The reason is too long.", new RefusalItem("reason", "is too long", $"{terms.Reason.Length} characters", $"up to {LongestReason} characters"));
        if (effect != ExposureEffect.Lowers)
        {
            if (asksReason && string.IsNullOrWhiteSpace(terms.Reason))
                return Refusal.Invalid("reason_missing", "A change of a flag needs a reason.", new RefusalItem("reason", "is empty", null, "why the change is made"));
            if (terms.Environment.IsProduction && terms.Consent.Confirmation != terms.Environment.Key)
            {
                return Refusal.Invalid(
                    "confirmation_missing",
                    $"A change in {terms.Environment.Title} has to be confirmed.",
                    new RefusalItem("confirmation", "is not the environment's name", terms.Consent.Confirmation, terms.Environment.Key));
            }
        }

        // A rollout has gates and stages of its own; what keeps or lowers who gets it never makes it worse.
        var ahead = flag.RolloutId is null && effect == ExposureEffect.Raises && terms.Previous is not null ? next.Ahead(terms.Previous) : [];
        if (effect != ExposureEffect.Lowers && terms.Environment.Approval is not null && !terms.Approved) return ChangeRequest.Needed($"The change of {flag.FlagKey}", terms.Environment);
        if (!ahead.IsEmpty && !terms.Consent.Override) return EnvironmentOrder.Refuse(flag, terms.Previous!, ahead);
        if (effect == ExposureEffect.Raises) next = next with { AheadBecause = ahead.IsEmpty ? null : terms.Reason.Trim(), Approved = terms.Approved };
        return Decide(flag, next, terms);
    }

    /// <summary>Whether somebody may make a change of this effect; what only lowers is open to more people.</summary>
    public static Refusal? Lacks(Actor actor, TargetEnvironment environment, ExposureEffect effect)
    {
        if (effect == ExposureEffect.Lowers)
        {
            return !environment.IsProduction && actor.May(Permission.EditFlags)
                ? null
                : actor.Lacks(Permission.LowerExposure, $"lower the exposure of a flag in {environment.Title}");
        }

        return actor.Lacks(environment.IsProduction ? Permission.RaiseExposure : Permission.EditFlags, $"change a flag in {environment.Title}");
    }

    private static Decision<FlagEnvironment> Decide(FlagEnvironment flag, FlagEnvironment next, ChangeTerms terms)
    {
        if (next.IsSameAs(flag)) return new Decision<FlagEnvironment>(flag, []);
        var events = ImmutableArray.CreateBuilder<IDomainEvent>();
        var (key, environment, reason) = (flag.FlagKey, flag.Environment, terms.Reason.Trim());
        if (flag.Enabled != next.Enabled)
        {
            events.Add(next.Enabled
                ? new FlagSwitchedOn(key, environment, terms.Actor.Name, reason)
                : new FlagSwitchedOff(key, environment, terms.Actor.Name, reason, flag.RolloutId));
        }

        if (flag.Percentage != next.Percentage || flag.RolloutId != next.RolloutId || !flag.Audience.SequenceEqual(next.Audience, StringComparer.Ordinal))
        {
            var lowered = Exposure.Compare(flag, next) != ExposureEffect.Raises;
            events.Add(new FlagExposureChanged(key, environment, next.Percentage, next.Audience, next.RolloutId, lowered, reason));
        }

        var rest = next with { Enabled = flag.Enabled, Percentage = flag.Percentage, Audience = flag.Audience, RolloutId = flag.RolloutId };
        if (events.Count == 0 || !rest.HasSameTargeting(flag)) events.Add(new FlagChanged(key, environment, reason));
        return new Decision<FlagEnvironment>(next, events.ToImmutable());
    }

    private static Refusal Owned(FlagEnvironment flag, string what, string remedy) =>
        Refusal.Conflict("flag_owned", $"{flag.FlagKey} {what} in {flag.Environment}: a rollout owns it.", $"{remedy} See /rollouts/{flag.RolloutId}.");
}
