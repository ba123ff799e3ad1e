using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Process.Contracts;

/// <param name="Trigger">What starts the pipeline: <c>tags v*</c>.</param>
/// <param name="Pipeline">Steps of the pipeline, in order.</param>
/// <param name="Migration">Steps of a database migration, in order.</param>
/// <param name="Switch">How traffic moves to the new version.</param>
public sealed record DeploymentRules(
    string Trigger,
    ImmutableArray<string> Pipeline,
    ImmutableArray<string> Migration,
    TrafficSwitch Switch);

/// <param name="From">Name of the colour that serves before.</param>
/// <param name="To">Name of the colour that serves afterwards.</param>
/// <param name="Stages">Shares of traffic, ascending to 100 %.</param>
/// <param name="Duration">Of the whole switch.</param>
/// <param name="MonitorFor">How long the new version is watched before the deployment counts as successful.</param>
public sealed record TrafficSwitch(
    string From,
    string To,
    ImmutableArray<string> Before,
    ImmutableArray<Percentage> Stages,
    TimeSpan Duration,
    TimeSpan MonitorFor);
