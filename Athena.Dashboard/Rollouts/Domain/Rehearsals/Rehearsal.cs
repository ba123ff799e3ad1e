using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Rollouts.Domain.Rehearsals;

/// <summary>One rehearsal of one rollout's plan: asked for, under way, or over with what it found.</summary>
public sealed record Rehearsal : IVersioned
{
    /// <summary>A server that ends in the middle of one has it begun again, so often.</summary>
    public const int MostTries = 3;

    public required Guid Id { get; init; }

    public required Guid RolloutId { get; init; }

    public required string FlagKey { get; init; }

    public required string Environment { get; init; }

    /// <summary>Of the plan's content and all that the process adds to it: another one is another plan.</summary>
    public required string PlanKey { get; init; }

    /// <summary>The process that the plan was made with.</summary>
    public required int ProcessVersion { get; init; }

    public required RehearsalWish Wish { get; init; }

    public required RehearsalState State { get; init; }

    public required string RequestedBy { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How often it was begun.</summary>
    public int Tries { get; init; }

    /// <summary>Healthy runs done so far.</summary>
    public int Runs { get; init; }

    /// <summary>Why it failed or who cancelled it; null otherwise.</summary>
    public string? Why { get; init; }

    /// <summary>Null until it is done, and where a recording was played.</summary>
    public RehearsalResult? Result { get; init; }

    /// <summary>What came of a recording that was played; null otherwise.</summary>
    public PlayedRecording? Played { get; init; }

    public long Version { get; init; } = 1;

    public bool IsOver => State is not (RehearsalState.Waiting or RehearsalState.Running);

    public static Decision<Rehearsal> Ask(Guid id, Rollout rollout, string planKey, RehearsalWish wish, string by, DateTimeOffset now) => new(
        new Rehearsal
        {
            Id = id,
            RolloutId = rollout.Id,
            FlagKey = rollout.FlagKey,
            Environment = rollout.Environment,
            PlanKey = planKey,
            ProcessVersion = rollout.Terms.ProcessVersion,
            Wish = wish,
            State = RehearsalState.Waiting,
            RequestedBy = by,
            RequestedAt = now,
        },
        [new RehearsalAsked(rollout.Name, id)]);

    /// <summary>Somebody else wants it no more, or it was over before.</summary>
    public static Refusal Over(Rehearsal rehearsal) =>
        Refusal.Conflict("rehearsal_over", $"The rehearsal is {rehearsal.State.Word()}; there is nothing to cancel.");

    /// <summary>Begins, or begins again after a server ended in the middle of it.</summary>
    public Decision<Rehearsal> Begin(RolloutName rollout, DateTimeOffset now) => Tries >= MostTries
        ? Fail(rollout, $"The server ended {MostTries} times in the middle of it.", now)
        : new Decision<Rehearsal>(this with { State = RehearsalState.Running, StartedAt = now, Tries = Tries + 1, Runs = 0 }, [new RehearsalBegun(rollout, Id)]);

    public Decision<Rehearsal> Finish(RolloutName rollout, RehearsalResult? result, PlayedRecording? played, DateTimeOffset now) => result is { Runs: 0 }
        ? Fail(rollout, "There was no time for a single run from the start to 100 %. Shorter stages, or more time in Athena:Rollouts:RehearsalSeconds, would allow one.", now)
        : new Decision<Rehearsal>(
            this with { State = RehearsalState.Done, EndedAt = now, Runs = result?.Runs ?? 1, Result = result, Played = played },
            [new RehearsalEnded(rollout, Id, RehearsalState.Done, result?.Summary ?? played!.Summary)]);

    public Decision<Rehearsal> Cancel(RolloutName rollout, string by, DateTimeOffset now) => End(rollout, RehearsalState.Cancelled, $"Cancelled by {by}.", now);

    public Decision<Rehearsal> Fail(RolloutName rollout, string why, DateTimeOffset now) => End(rollout, RehearsalState.Failed, why, now);

    private Decision<Rehearsal> End(RolloutName rollout, RehearsalState state, string why, DateTimeOffset now) =>
        new(this with { State = state, EndedAt = now, Why = why }, [new RehearsalEnded(rollout, Id, state, why)]);
}

/// <summary>What is tried, and against what.</summary>
/// <param name="Figures">What is not in a recording is taken from here.</param>
/// <param name="Recording">The rollout whose counts are taken; null for <see cref="RehearsalData.Simulated"/>.</param>
/// <param name="Seed">The same plan, data and seed give the same result.</param>
/// <param name="Runs">Healthy runs.</param>
public sealed record RehearsalWish(RehearsalData Data, RehearsalFigures Figures, Guid? Recording, int Seed, int Runs)
{
    public const int UsualRuns = 200;
    public const int FewestRuns = 10;
    public const int MostRuns = 1000;
}
