using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain.Evidence;

namespace Athena.Dashboard.Health.Domain;

/// <summary>One look at the rules of a rollout.</summary>
public sealed record HealthLook(HealthScope Scope, ImmutableArray<RuleVerdict> Verdicts, DateTimeOffset At)
{
    /// <summary>What sequential rules need to go on, on this node or another; null without any.</summary>
    public EvidenceTrack.State? Evidence { get; init; }
}
