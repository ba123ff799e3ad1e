using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using static Athena.Dashboard.Process.Contracts.ReleaseState;

namespace Athena.Dashboard.Releases.Domain;

/// <summary>The states of a release and the ways between them.</summary>
public static class ReleaseTransitions
{
    /// <summary>The usual way, in order; beside it lie <see cref="RolledBack"/> and <see cref="Cancelled"/>.</summary>
    public static readonly ImmutableArray<ReleaseState> Line = [Planned, InDevelopment, InQa, InPreparation, RollingOut, Completed];

    /// <summary>The states that a release can go to from here, the usual one first.</summary>
    public static ImmutableArray<ReleaseState> From(ReleaseState state) => state switch
    {
        Planned => [InDevelopment, Cancelled],
        InDevelopment => [InQa, Cancelled],
        InQa => [InPreparation, Cancelled],
        InPreparation => [RollingOut, Cancelled],
        RollingOut => [Completed, RolledBack, Cancelled],
        RolledBack => [InPreparation, Cancelled],
        _ => [],
    };

    /// <summary>The state that comes next by the usual way, or null at an end.</summary>
    public static ReleaseState? Next(ReleaseState state) => From(state) is [var next, ..] ? next : null;

    public static string Word(this ReleaseState state) => state switch
    {
        Planned => "planned",
        InDevelopment => "in development",
        InQa => "in QA",
        InPreparation => "in preparation",
        RollingOut => "rolling out",
        Completed => "completed",
        RolledBack => "rolled back",
        Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    /// <summary>Who may do it. Taking exposure away is open to more people than adding to it.</summary>
    public static Permission PermissionFor(ReleaseState to) => to == RolledBack ? Permission.LowerExposure : Permission.EditReleases;
}
