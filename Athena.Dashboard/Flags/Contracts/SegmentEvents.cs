using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Contracts;

/// <summary>How events and audit name a segment.</summary>
public static class SegmentSubject
{
    public const string Kind = "segment";

    public static Subject Of(string key) => new(Kind, key);
}

public sealed record SegmentCreated(string SegmentKey, string Name, string Reason) : IDomainEvent
{
    public Subject Subject => SegmentSubject.Of(SegmentKey);
}

/// <summary>Its conditions or its description changed; flags that use it answer by the new ones at once.</summary>
/// <param name="Lowered">True when no flag exposes anybody new by it.</param>
public sealed record SegmentChanged(string SegmentKey, bool Lowered, string Reason) : IDomainEvent
{
    /// <summary>Keys of experiments whose flags lost users by it.</summary>
    public ImmutableArray<string> Disturbed { get; init; } = [];

    public Subject Subject => SegmentSubject.Of(SegmentKey);
}

/// <summary>Nothing used it any more.</summary>
public sealed record SegmentDeleted(string SegmentKey, string Reason) : IDomainEvent
{
    public Subject Subject => SegmentSubject.Of(SegmentKey);
}
