using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Gates.Contracts;

/// <summary>
/// The one way for another slice to put gates on something of its own. Each method carries an operation id: the second
/// call with the same id changes nothing and is accepted, so a caller that was killed in between simply calls again.
/// </summary>
public interface IGateKeeper
{
    /// <summary>Puts the sets on the subject, every item open. Items that already stand on it stay as they are.</summary>
    /// <param name="waivers">What it takes to waive an item of this subject.</param>
    Task<Outcome<Done>> OpenAsync(
        Guid operationId,
        Subject subject,
        ImmutableArray<PlannedGateSet> sets,
        WaiverRule waivers,
        Actor actor,
        CancellationToken cancellationToken);

    /// <summary>Moves the due dates of whole sets; sets that are not named keep theirs.</summary>
    /// <param name="dueDates">Key of the set to the instant when its items are due.</param>
    Task<Outcome<Done>> MoveDueDatesAsync(
        Guid operationId,
        Subject subject,
        ImmutableDictionary<string, DateTimeOffset> dueDates,
        Actor actor,
        CancellationToken cancellationToken);

    /// <summary>The subject has come to its end: its items can be read, and no longer changed.</summary>
    /// <param name="reason">Shown to whoever tries, e.g. <c>release 1.2.0 is completed</c>.</param>
    Task<Outcome<Done>> CloseAsync(Guid operationId, Subject subject, string reason, Actor actor, CancellationToken cancellationToken);
}

/// <summary>A set of the process and when its items are due on one subject.</summary>
public sealed record PlannedGateSet(GateSet Set, DateTimeOffset DueAt);
