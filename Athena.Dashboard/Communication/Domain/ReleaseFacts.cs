using System.Collections.Immutable;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Communication.Domain;

/// <summary>What decides whether messages about a release may go out now.</summary>
/// <param name="StuckGates">Sets with an item that failed or is blocked.</param>
/// <param name="Paused">Rollouts in production that somebody paused or that are being taken back, for people.</param>
/// <param name="NotesPublished">Everybody can read the release notes.</param>
public sealed record ReleaseFacts(ReleaseState State, ImmutableArray<string> StuckGates, ImmutableArray<string> Paused, bool NotesPublished)
{
    /// <summary>
    /// Why a message is held by itself, one sentence; null when it may go. What went wrong holds from when it is known;
    /// what is merely not there yet holds from when the message is due.
    /// </summary>
    /// <param name="mentionsNotes">The text links to the published notes.</param>
    public string? Holds(string release, int day, bool isDue, bool mentionsNotes) => this switch
    {
        { State: ReleaseState.RolledBack } => $"Release {release} is rolled back.",
        { Paused: [var paused, ..] } => $"The rollout of {paused} is paused.",
        { StuckGates: [var gate, ..] } => $"A gate is red: {gate} has an item that failed or is blocked.",
        _ when !isDue || day < 0 => null,
        { State: not (ReleaseState.RollingOut or ReleaseState.Completed) } => $"Release {release} has not started to roll out.",
        { NotesPublished: false } when mentionsNotes => $"The release notes of {release} are not published.",
        _ => null,
    };

    /// <summary>Outside production nobody who gets messages notices.</summary>
    public static bool IsPaused(RolloutSummary rollout) => rollout.IsProduction && rollout.State is RolloutState.Paused or RolloutState.RollingBack;
}
