using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Gates.Domain;

/// <summary>A link that shows why an item passed, and what it was about. Only ever added.</summary>
public sealed record GateEvidence
{
    public const int LongestTitle = 200;

    public required Guid Id { get; init; }

    public required Guid ItemId { get; init; }

    public required string Title { get; init; }

    public required string Link { get; init; }

    /// <summary>A commit, a document's hash, or null.</summary>
    public string? About { get; init; }

    public required string AddedBy { get; init; }

    public required DateTimeOffset AddedAt { get; init; }

    public static Outcome<Decision<GateEvidence>> On(GateItem item, Guid id, string? title, string? link, string? about, GateTerms terms)
    {
        if (GateRights.MayNotSpeak(item.Title, terms.Actor, "link evidence to") is { } refusal) return refusal;
        var faults = new InputFaults();
        var evidence = new GateEvidence
        {
            Id = id,
            ItemId = item.Id,
            Title = faults.Text("title", title, LongestTitle),
            Link = faults.Link("link", link),
            About = faults.OptionalText("about", about, LongestTitle),
            AddedBy = terms.Actor.Name,
            AddedAt = terms.Now,
        };
        if (faults.Refused("evidence_invalid", "The evidence cannot be linked.", out var invalid)) return invalid;
        return new Decision<GateEvidence>(evidence, [new EvidenceLinked(item.Subject, item.Name, id, evidence.Title, evidence.Link, evidence.About)]);
    }
}

/// <summary>What somebody said about an item. Only ever added, so it needs no version and undoes nobody.</summary>
public sealed record GateRemark
{
    public required Guid Id { get; init; }

    public required Guid ItemId { get; init; }

    public required string Text { get; init; }

    public required string SaidBy { get; init; }

    public required DateTimeOffset SaidAt { get; init; }

    /// <summary>What was done with these words, e.g. <c>blocked</c>; null for a comment.</summary>
    public string? With { get; init; }

    public static Outcome<Decision<GateRemark>> On(GateItem item, Guid id, string? text, GateTerms terms)
    {
        if (GateRights.MayNotSpeak(item.Title, terms.Actor, "comment on") is { } refusal) return refusal;
        var faults = new InputFaults();
        var said = faults.Text("comment", text, GateItemDecisions.LongestText);
        if (faults.Refused("comment_invalid", "The comment cannot be kept.", out var invalid)) return invalid;
        return new Decision<GateRemark>(
            new GateRemark { Id = id, ItemId = item.Id, Text = said, SaidBy = terms.Actor.Name, SaidAt = terms.Now },
            [new GateItemCommented(item.Subject, item.Name, said)]);
    }
}

/// <summary>All gates of one subject.</summary>
public sealed record GateBoard
{
    public required string SubjectKind { get; init; }

    public required string SubjectId { get; init; }

    public required Process.Contracts.WaiverRule Waivers { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>Why nothing can be changed any more, or null.</summary>
    public string? ClosedBecause { get; init; }

    /// <summary>Null when the items may be changed.</summary>
    public Refusal? Closed() =>
        ClosedBecause is null ? null : Refusal.Conflict("gates_closed", $"These gates are closed: {ClosedBecause}.");
}
