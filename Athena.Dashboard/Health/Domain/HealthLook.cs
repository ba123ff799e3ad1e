using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Health.Domain;

/// <summary>One look at the rules of a rollout.</summary>
public sealed record HealthLook(HealthScope Scope, ImmutableArray<RuleVerdict> Verdicts, DateTimeOffset At);
