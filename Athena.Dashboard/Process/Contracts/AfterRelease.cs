using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Process.Contracts;

/// <param name="Owner">Who leads a rollback by hand.</param>
/// <param name="Steps">In order.</param>
/// <param name="ApprovalRequired">What needs approval before it is taken back, in the process's words.</param>
public sealed record RollbackProcedure(Role Owner, ImmutableArray<RollbackStep> Steps, ImmutableArray<string> ApprovalRequired);

public sealed record RollbackStep(string Key, string Title, string Text, Role Owner);

/// <param name="From">Earliest time after the release.</param>
/// <param name="To">Latest time after the release; equal to <paramref name="From"/> when it is one moment.</param>
/// <param name="Topics">What is looked at, in the process's words.</param>
public sealed record ReviewRule(string Key, string Title, TimeSpan From, TimeSpan To, Role Owner, ImmutableArray<string> Topics);

public sealed record SuccessMetricGroup(string Key, string Title, ImmutableArray<SuccessMetric> Metrics);

public sealed record SuccessMetric(string Key, string Title, string Description);
