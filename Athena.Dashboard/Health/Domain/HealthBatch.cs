using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Health.Domain;

/// <summary>What one instance counted from one moment to another; checked when it was read.</summary>
/// <param name="BatchId">Named by the sender; the second batch with the same name is ignored.</param>
/// <param name="RolloutId">Null when the sender named the flag instead.</param>
/// <param name="FlagKey">Null when the sender named the rollout.</param>
/// <param name="Points">How many numbers were reported.</param>
public sealed record HealthBatch(
    string BatchId,
    string Instance,
    DateTimeOffset From,
    DateTimeOffset To,
    Guid? RolloutId,
    string? FlagKey,
    Tally? Exposed,
    Tally? Control,
    Tally? Outside,
    int Points)
{
    public TimeRange Range => new(From, To);

    public Tally? Of(Arm arm) => arm switch
    {
        Arm.Exposed => Exposed,
        Arm.Control => Control,
        Arm.Outside => Outside,
        _ => throw new ArgumentOutOfRangeException(nameof(arm), arm, null),
    };
}

/// <summary>What a batch is about: one of the two.</summary>
public sealed record BatchSubject(Guid? RolloutId, string? FlagKey);

/// <summary>What a batch may be like.</summary>
/// <param name="Skew">How far ahead of ours a sender's clock may be.</param>
/// <param name="Lateness">A batch that ended longer ago is late: kept for reports, not used by rules.</param>
/// <param name="Oldest">A batch that ended longer ago is refused: whether it came before is no longer known.</param>
/// <param name="Longest">Longest time that one batch may cover.</param>
public sealed record BatchLimits(TimeSpan Skew, TimeSpan Lateness, TimeSpan Oldest, TimeSpan Longest)
{
    /// <summary>How long names of batches are remembered: a batch in time cannot have come earlier than this.</summary>
    public TimeSpan RememberNames => Lateness + Skew + Skew;

    /// <summary>Bytes of one batch's JSON.</summary>
    public const int MostBytes = 64 * 1024;

    public static readonly BatchLimits Default = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60), TimeSpan.FromHours(1), TimeSpan.FromMinutes(5));
}
