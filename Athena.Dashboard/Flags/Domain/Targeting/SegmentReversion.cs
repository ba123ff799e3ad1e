using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain.Targeting;

/// <summary>Takes one change of a segment back, and nothing that came after it.</summary>
public static class SegmentReversion
{
    /// <param name="before">The segment before the change.</param>
    /// <param name="after">The segment that the change made.</param>
    /// <returns>Refused with <c>changed_since</c> when something that it changed was changed again.</returns>
    public static Outcome<SegmentDescription> Revert(this Segment segment, Segment before, Segment after)
    {
        var (next, again) = All.Move(segment, after, before);
        if (!again.IsEmpty)
            return Refusal.Conflict("changed_since", $"The change of {segment.Key} cannot be taken back: others build on it.", "Take the later changes back first, or edit the segment.") with { Items = again };
        return new SegmentDescription(next.Key, next.Name, next.Conditions, next.Description);
    }

    private static readonly Part<Segment>[] All =
    [
        new("name", (left, right) => left.Name == right.Name, (into, from) => into with { Name = from.Name }),
        new("description", (left, right) => left.Description == right.Description, (into, from) => into with { Description = from.Description }),
        new("conditions", (left, right) => left.Conditions.SequenceEqual(right.Conditions), (into, from) => into with { Conditions = from.Conditions }),
    ];
}
