using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Contracts;

/// <summary>How events and audit name a change that waits for approval.</summary>
public static class ChangeRequestSubject
{
    public const string Kind = "change-request";

    public static Subject Of(Guid id) => new(Kind, id.ToString());
}

public sealed record ChangeRequested(Guid RequestId, string? FlagKey, string Environment, string Reason) : IDomainEvent
{
    /// <summary>Where the request is about a segment.</summary>
    public string? SegmentKey { get; init; }

    public Subject Subject => ChangeRequestSubject.Of(RequestId);
}

/// <summary>It asks for something else now; the approvals that it had are void.</summary>
public sealed record ChangeRequestRevised(Guid RequestId, string? FlagKey, string Environment, string Reason) : IDomainEvent
{
    /// <summary>Where the request is about a segment.</summary>
    public string? SegmentKey { get; init; }

    public Subject Subject => ChangeRequestSubject.Of(RequestId);
}

/// <param name="Approvals">How many it has with this one.</param>
/// <param name="Needed">How many it needs.</param>
public sealed record ChangeApproved(Guid RequestId, string? FlagKey, string Environment, int Approvals, int Needed) : IDomainEvent
{
    /// <summary>Where the request is about a segment.</summary>
    public string? SegmentKey { get; init; }

    public Subject Subject => ChangeRequestSubject.Of(RequestId);
}

/// <summary>Taken back, or turned down.</summary>
public sealed record ChangeRequestClosed(Guid RequestId, string? FlagKey, string Environment, string Reason) : IDomainEvent
{
    /// <summary>Where the request is about a segment.</summary>
    public string? SegmentKey { get; init; }

    public Subject Subject => ChangeRequestSubject.Of(RequestId);
}

/// <summary>The setting is as it asked.</summary>
public sealed record ChangeApplied(Guid RequestId, string? FlagKey, string Environment) : IDomainEvent
{
    /// <summary>Where the request is about a segment.</summary>
    public string? SegmentKey { get; init; }

    public Subject Subject => ChangeRequestSubject.Of(RequestId);
}
