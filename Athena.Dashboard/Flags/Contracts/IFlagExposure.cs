using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Contracts;

/// <summary>
/// The one way for another slice to change a flag. Each method carries an operation id: the second call with the same
/// id changes nothing and answers the flag's present exposure, so a caller that was killed between its intent and its
/// commit may simply call again. A refusal is not remembered: the same id may be tried again.
/// </summary>
/// <remarks>
/// Refusals in common: <c>not_found</c> (flag or environment), <c>forbidden</c>, <c>operation_reused</c> (the id was
/// used for something else). What only lowers exposure is never refused for want of an approval, a confirmation or a
/// gate.
/// </remarks>
public interface IFlagExposure
{
    /// <summary>
    /// A rollout takes the percentage; nobody else can edit it, nor the conditions, from now on. A flag that is on
    /// keeps percentage and audience; a flag that is off is switched on with nobody exposed, so that a claim never
    /// exposes anybody by itself. Claiming again by the same rollout changes nothing, also when the flag was switched
    /// off since.
    /// </summary>
    /// <returns>Refused with <c>flag_owned</c> when another rollout owns it.</returns>
    Task<Outcome<FlagExposure>> ClaimAsync(
        Guid operationId, string flagKey, string environment, Guid rolloutId, Actor actor, CancellationToken cancellationToken);

    /// <summary>Sets what the owning rollout exposes. The switch itself stays as it is.</summary>
    /// <param name="audience">Cohorts exposed whatever the percentage says: those of this and all earlier stages.</param>
    /// <param name="reason">For the history, e.g. <c>Stage beta of rollout of 1.2.0</c>.</param>
    /// <returns>
    /// Refused with <c>flag_not_owned</c> when the rollout has not claimed it, and with <c>flag_switched_off</c> when
    /// it would raise the exposure of a flag that was switched off: somebody has to switch it on first. Lowering is
    /// always accepted from the owner.
    /// </returns>
    Task<Outcome<FlagExposure>> SetAsync(
        Guid operationId,
        string flagKey,
        string environment,
        Guid rolloutId,
        Percentage percentage,
        ImmutableArray<string> audience,
        string reason,
        Actor actor,
        CancellationToken cancellationToken);

    /// <summary>The rollout is over: percentage, audience and switch stay as they are, the ownership ends.</summary>
    /// <returns>Accepted also when the rollout no longer owns it.</returns>
    Task<Outcome<FlagExposure>> ReleaseAsync(
        Guid operationId, string flagKey, string environment, Guid rolloutId, Actor actor, CancellationToken cancellationToken);

    /// <summary>The kill switch: everybody gets the <c>off</c> variant at once. Accepted also when it is off already.</summary>
    Task<Outcome<FlagExposure>> SwitchOffAsync(
        Guid operationId, string flagKey, string environment, string reason, Actor actor, CancellationToken cancellationToken);
}
