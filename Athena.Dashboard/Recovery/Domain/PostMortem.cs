using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Recovery.Contracts;

namespace Athena.Dashboard.Recovery.Domain;

/// <summary>What went wrong, why, and what is done about it.</summary>
public sealed record PostMortem : IVersioned
{
    public const int MostFollowUps = 100;

    public required Guid ProcedureId { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>The release's version.</summary>
    public required string Release { get; init; }

    /// <summary>For people: <c>database-views-v2 in production</c>, or the release.</summary>
    public required string Title { get; init; }

    /// <summary>Markdown.</summary>
    public required string Text { get; init; }

    public required DateTimeOffset EditedAt { get; init; }

    public required string EditedBy { get; init; }

    /// <summary>A person changed the text: the product does not write it anew any more.</summary>
    public bool IsTouched { get; init; }

    public DateTimeOffset? PublishedAt { get; init; }

    public string? PublishedBy { get; init; }

    public ImmutableArray<FollowUp> FollowUps { get; init; } = [];

    public bool IsPublished => PublishedAt is not null;

    public static Decision<PostMortem> Draft(Procedure procedure, string text, string by, DateTimeOffset now) => new(
        new PostMortem
        {
            ProcedureId = procedure.Id,
            Release = procedure.Release,
            Title = procedure.What ?? $"Release {procedure.Release}",
            Text = text,
            EditedAt = now,
            EditedBy = by,
        },
        [new PostMortemDrafted(procedure.Id, procedure.Release)]);

    /// <summary>The product knows more than when it wrote the draft. What a person wrote is never replaced.</summary>
    public Decision<PostMortem> Redraft(string text, string by, DateTimeOffset now) => IsTouched || IsPublished || text == Text
        ? new Decision<PostMortem>(this, [])
        : new Decision<PostMortem>(this with { Text = text, EditedAt = now, EditedBy = by }, [new PostMortemDrafted(ProcedureId, Release)]);

    public Outcome<Decision<PostMortem>> Save(string text, Actor actor, DateTimeOffset now)
    {
        if (IsPublished) return Published();
        return text == Text
            ? new Decision<PostMortem>(this, [])
            : new Decision<PostMortem>(this with { Text = text, EditedAt = now, EditedBy = actor.Name, IsTouched = true }, [new PostMortemSaved(ProcedureId, Release, text.Length)]);
    }

    public Outcome<Decision<PostMortem>> Publish(Actor actor, DateTimeOffset now)
    {
        if (IsPublished) return Published();
        return string.IsNullOrWhiteSpace(Text)
            ? Refusal.Invalid("text_missing", "An empty post-mortem cannot be published.", new RefusalItem("text", "empty"))
            : new Decision<PostMortem>(this with { PublishedAt = now, PublishedBy = actor.Name }, [new PostMortemPublished(ProcedureId, Release)]);
    }

    public Decision<PostMortem> Reopen(string reason) => IsPublished
        ? new Decision<PostMortem>(this with { PublishedAt = null, PublishedBy = null }, [new PostMortemReopened(ProcedureId, Release, reason)])
        : new Decision<PostMortem>(this, []);

    // What is to be done can be added and ticked after publication: the text is settled then, the work is not.
    public Outcome<Decision<PostMortem>> Add(FollowUp followUp)
    {
        if (FollowUps.Length >= MostFollowUps) return Refusal.Conflict("follow_ups_many", FormattableString.Invariant($"A post-mortem has at most {MostFollowUps} follow-ups."));
        return followUp.Faults() is { } faults
            ? faults
            : new Decision<PostMortem>(this with { FollowUps = FollowUps.Add(followUp) }, [new FollowUpAdded(ProcedureId, Release, followUp.Id, followUp.Title)]);
    }

    public Outcome<Decision<PostMortem>> Change(Guid id, string title, Guid? ownerId, string? owner, DateOnly dueOn)
    {
        if (Find(id) is not { } known) return Refusal.NotFound("follow-up", id.ToString());
        var next = known with { Title = title, OwnerId = ownerId, Owner = owner, DueOn = dueOn };
        if (next.Faults() is { } faults) return faults;
        return next == known ? new Decision<PostMortem>(this, []) : Put(next, new FollowUpChanged(ProcedureId, Release, id, title));
    }

    public Outcome<Decision<PostMortem>> Tick(Guid id, bool done, Actor actor, DateTimeOffset now)
    {
        if (Find(id) is not { } known) return Refusal.NotFound("follow-up", id.ToString());
        if (known.IsDone == done) return new Decision<PostMortem>(this, []);
        return done
            ? Put(known with { DoneAt = now, DoneBy = actor.Name }, new FollowUpDone(ProcedureId, Release, id, known.Title))
            : Put(known with { DoneAt = null, DoneBy = null }, new FollowUpReopened(ProcedureId, Release, id, known.Title));
    }

    public FollowUp? Find(Guid id) => FollowUps.FirstOrDefault(followUp => followUp.Id == id);

    private Decision<PostMortem> Put(FollowUp next, IDomainEvent happened) =>
        new(this with { FollowUps = [.. FollowUps.Select(one => one.Id == next.Id ? next : one)] }, [happened]);

    private Refusal Published() => Refusal.Conflict("post_mortem_published", $"The post-mortem was published by {PublishedBy} already.", "Open the step Post-Mortem again first, with a reason.");
}

/// <summary>Something to be done so that it does not happen again.</summary>
/// <param name="Owner">Name of who answers for it; null for nobody yet.</param>
public sealed record FollowUp(Guid Id, string Title, Guid? OwnerId, string? Owner, DateOnly DueOn, DateTimeOffset? DoneAt = null, string? DoneBy = null)
{
    public const int LongestTitle = 200;

    public bool IsDone => DoneAt is not null;

    public bool IsOverdue(DateOnly today) => !IsDone && DueOn < today;

    internal Refusal? Faults()
    {
        var found = new List<RefusalItem>();
        if (Title.Length is 0 or > LongestTitle) found.Add(new RefusalItem("title", Title.Length == 0 ? "missing" : "too long", Expected: FormattableString.Invariant($"1 to {LongestTitle} characters")));
        if (DueOn.Year is < 2000 or > 2200) found.Add(new RefusalItem("dueOn", "not a day that anybody will see", DueOn.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), "a day of this century or the next"));
        return found.Count == 0 ? null : Refusal.Invalid("invalid_follow_up", "The follow-up cannot be saved.", [.. found]);
    }
}
