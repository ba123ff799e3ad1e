using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Contracts;

/// <summary>
/// What an experiment asks of the flag whose variants it compares. While it holds a setting, nobody can change who gets
/// which variant there; what only lowers exposure and the switch stay free.
/// </summary>
public interface IFlagExperiments
{
    /// <returns>Null when there is no such flag, or the process knows no such environment.</returns>
    Task<FlagAllocation?> FindAsync(string flagKey, string environment, CancellationToken cancellationToken);

    /// <summary>Takes the setting for an experiment. Taking it again changes nothing.</summary>
    /// <param name="operationId">As in <see cref="IFlagExposure"/>.</param>
    /// <returns>
    /// Refused with <c>flag_in_experiment</c> when another experiment holds it, <c>flag_owned</c> when a rollout owns it,
    /// <c>flag_switched_off</c>, <c>forbidden</c> and <c>not_found</c>.
    /// </returns>
    Task<Outcome<FlagAllocation>> HoldAsync(Guid operationId, string flagKey, string environment, string experiment, Actor actor, CancellationToken cancellationToken);

    /// <summary>The experiment is over: the setting stays as it is, and free. Accepted also when the experiment does not hold it.</summary>
    Task<Outcome<FlagAllocation>> LetGoAsync(Guid operationId, string flagKey, string environment, string experiment, Actor actor, CancellationToken cancellationToken);

    /// <summary>
    /// Gives one variant to everybody whom conditions match and no rule decides for: the flag's ordinary change, with
    /// permission, confirmation, approval and the order of environments as for anybody who edits the setting.
    /// </summary>
    /// <param name="ask">Asks for approval instead of making the change.</param>
    /// <returns>What was asked for, or null where the change is made.</returns>
    Task<Outcome<FlagServed>> ServeAsync(string flagKey, string environment, string variant, string reason, string? confirmation, bool letAhead, bool ask, Actor actor, CancellationToken cancellationToken);

    /// <summary>How often evaluation over HTTP answered each variant, counted by this server since it started.</summary>
    ImmutableSortedDictionary<string, long> Answers(string flagKey, string environment);
}

/// <summary>Who gets what in one environment, as far as it is drawn by lot.</summary>
/// <param name="Variants">All that the flag has.</param>
/// <param name="Shares">
/// The part of users that gets each variant when the flag is on, of those whom conditions match and for whom neither rule
/// nor cohort decides; what is 0 is left out.
/// </param>
/// <param name="RolloutId">The rollout that owns the setting, or null.</param>
/// <param name="Experiment">The key of the experiment that holds it, or null.</param>
public sealed record FlagAllocation(
    string FlagKey, string Environment, bool Enabled, ImmutableArray<string> Variants, ImmutableSortedDictionary<string, double> Shares, Guid? RolloutId, string? Experiment);

/// <param name="ChangeRequestId">The request that now waits for approval; null where the change is made.</param>
public sealed record FlagServed(Guid? ChangeRequestId);
