using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Gates.Contracts;

/// <summary>Reads whole boards, for screens and for the API of whatever the gates guard.</summary>
public interface IGateBoards
{
    /// <returns>Null when the subject has no gates.</returns>
    Task<GateBoardView?> FindAsync(Subject subject, CancellationToken cancellationToken);
}

/// <summary>All gates of one subject as they are committed.</summary>
/// <param name="ClosedBecause">Why nothing can be changed any more, or null.</param>
public sealed record GateBoardView(Subject Subject, ImmutableArray<GateSetView> Sets, WaiverTermsView Waivers, string? ClosedBecause)
{
    public GateItemView? Find(Guid itemId) => Sets.SelectMany(set => set.Items).FirstOrDefault(item => item.Id == itemId);
}

/// <param name="Approvers">How many people besides the one who asks must agree.</param>
/// <param name="WhoCanApprove">Role titles.</param>
public sealed record WaiverTermsView(int Approvers, ImmutableArray<string> WhoCanApprove, bool FollowUpRequired);

public sealed record GateSetView(string Key, string Title, DateTimeOffset DueAt, ImmutableArray<GateItemView> Items)
{
    public int Done => Items.Count(item => item.State.IsDone());
}

/// <param name="State">What counts now: an expired waiver shows as open.</param>
/// <param name="SettledBy">Name of the check that settles it, when some part of the product supplies that check.</param>
/// <param name="Owners">The roles that may settle it, the first of which is asked to.</param>
/// <param name="Comment">Why it is in its state, or null.</param>
/// <param name="Version">To be named by the next command (<c>If-Match</c>).</param>
public sealed record GateItemView(
    Guid Id,
    string Set,
    string Key,
    string Title,
    GateItemState State,
    DateTimeOffset StateSince,
    DateTimeOffset DueAt,
    bool Overdue,
    ImmutableArray<Role> Owners,
    string? SettledBy,
    Guid? AssigneeId,
    string? AssigneeName,
    string? Comment,
    string ChangedBy,
    DateTimeOffset ChangedAt,
    ImmutableArray<EvidenceView> Evidence,
    ImmutableArray<RemarkView> Remarks,
    WaiverView? Waiver,
    long Version);

public sealed record EvidenceView(Guid Id, string Title, string Link, string? About, string AddedBy, DateTimeOffset AddedAt);

/// <param name="With">What was done with these words, e.g. <c>blocked</c>; null for a comment.</param>
public sealed record RemarkView(Guid Id, string Text, string SaidBy, DateTimeOffset SaidAt, string? With);

/// <summary>The waiver that is asked for or in force.</summary>
/// <param name="InForce">False while it waits for approval.</param>
public sealed record WaiverView(
    Guid Id,
    bool InForce,
    Guid AskedById,
    string AskedBy,
    DateTimeOffset AskedAt,
    string Reason,
    string RiskOfGoing,
    string RiskOfNotGoing,
    DateTimeOffset Until,
    string? FollowUp,
    ImmutableArray<string> ApprovedBy);
