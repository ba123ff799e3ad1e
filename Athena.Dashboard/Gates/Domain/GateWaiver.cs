using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Gates.Domain;

/// <summary>Somebody asks to go on without an item: why, what it risks, until when, and who agreed.</summary>
public sealed record GateWaiver : IVersioned
{
    public required Guid Id { get; init; }

    public required Guid ItemId { get; init; }

    public GateWaiverState State { get; init; }

    public required Guid AskedById { get; init; }

    public required string AskedByName { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    public required string Reason { get; init; }

    public required string RiskOfGoing { get; init; }

    public required string RiskOfNotGoing { get; init; }

    public required DateTimeOffset Until { get; init; }

    /// <summary>What will be done afterwards, or null.</summary>
    public string? FollowUp { get; init; }

    public required ImmutableArray<GateApproval> Approvals { get; init; }

    /// <summary>Why it was declined, or null.</summary>
    public string? Declined { get; init; }

    public long Version { get; init; } = 1;
}

public sealed record GateApproval(Guid ById, string ByName, DateTimeOffset At);

public enum GateWaiverState
{
    Asked,
    Approved,
    Declined,

    /// <summary>Its time is over, or the item no longer needs it.</summary>
    Ended,
}
