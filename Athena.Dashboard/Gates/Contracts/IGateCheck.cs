using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Gates.Contracts;

/// <summary>
/// An automated check that settles gate items. Whoever owns the facts registers one as <see cref="IGateCheck"/>; items
/// of the process that name it can then no longer be ticked by hand, only waived.
/// </summary>
public interface IGateCheck
{
    /// <summary>As the process document's <c>check:</c> names it, e.g. <c>notes-approved</c>.</summary>
    string Name { get; }

    /// <summary>
    /// The subject whose result may have changed by this event, or null. Called for every event, so it has to be quick;
    /// the check is then asked again and the item follows.
    /// </summary>
    Subject? Concerns(EventEnvelope envelope);

    Task<GateCheckResult> EvaluateAsync(Subject subject, CancellationToken cancellationToken);
}

/// <param name="Explanation">One sentence for the item's row, whichever way it went.</param>
/// <param name="Link">Where the facts can be looked at, or null.</param>
/// <param name="About">What exactly was checked (a commit, a document's hash), or null.</param>
public sealed record GateCheckResult(bool Passed, string Explanation, string? Link = null, string? About = null);
