using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags;

/// <summary>A change of a segment, to be made at once or asked for: the same decision either way.</summary>
/// <param name="Creates">There is to be none yet.</param>
/// <param name="Version">The segment's version that the author saw; null where it does not matter.</param>
/// <param name="Describe">What it is to become.</param>
public sealed record SegmentChange(string Key, bool Creates, long? Version, Func<Segment?, Outcome<SegmentDescription>> Describe)
{
    public static SegmentChange Create(SegmentDescription description) => new(description.Key, Creates: true, Version: null, _ => description);

    public static SegmentChange Edit(SegmentDescription description, long version) => new(description.Key, Creates: false, version, _ => description);

    /// <param name="change">An event of this segment.</param>
    public static Outcome<SegmentChange> Revert(string key, EventRow change)
    {
        if (change is not { Before: { } before, After: { } after })
            return Refusal.Conflict("not_revertible", $"What happened to {key} there is not a change.", "A segment that is to go is deleted.");
        var (was, became) = (FlagPast.Read<Segment>(before)!, FlagPast.Read<Segment>(after)!);
        return new SegmentChange(key, Creates: false, Version: null, segment => segment!.Revert(was, became));
    }

    /// <summary>What an approved request makes of the segment, or asks for anew.</summary>
    public static SegmentChange Of(ChangeRequest request, bool creates)
    {
        var after = request.SegmentAfter!;
        return new(after.Key, creates, Version: null, _ => new SegmentDescription(after.Key, after.Name, after.Conditions, after.Description));
    }

    /// <summary>Why it cannot be made of what is there.</summary>
    internal Refusal? Misses(Segment? segment) =>
        Creates && segment is not null ? Refusal.Conflict("segment_exists", $"There is a segment {Key} already.", "Choose another key.")
        : !Creates && segment is null ? Refusal.NotFound("segment", Key)
        : Version is not null && segment!.Version != Version ? Refusal.Stale($"The segment {Key}")
        : null;
}
