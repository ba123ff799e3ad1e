using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Contracts;

/// <summary>How far a flag is exposed in one environment.</summary>
/// <param name="Enabled">False: everybody gets the <c>off</c> variant, whatever the percentage says.</param>
/// <param name="Percentage">The share of eligible users that gets the <c>on</c> variant.</param>
/// <param name="Audience">Cohorts that get it whatever the percentage says; empty for none.</param>
/// <param name="RolloutId">The rollout that owns the percentage, or null.</param>
/// <param name="Version">The version of the flag's row for this environment; every change raises it.</param>
public sealed record FlagExposure(
    string FlagKey,
    string Environment,
    bool Enabled,
    Percentage Percentage,
    ImmutableArray<string> Audience,
    Guid? RolloutId,
    long Version);
