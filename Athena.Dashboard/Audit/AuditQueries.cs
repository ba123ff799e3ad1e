using System.Collections.Immutable;
using System.Text.Json;
using Athena.Dashboard.Audit.Domain;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Audit;

/// <summary>Which events; null and empty members choose everything.</summary>
/// <param name="Subject">A subject <c>kind/id</c>, or a kind alone; several with commas between them.</param>
/// <param name="Actor">A part of the actor's name, or the actor's id.</param>
/// <param name="Type">A type of event (<c>Gates.GateItemTicked</c>), or a slice alone.</param>
/// <param name="From">The earliest moment.</param>
/// <param name="To">The moment before which.</param>
/// <param name="Before">Only events of a lower sequence: the next page.</param>
/// <param name="Except">A slice whose events are left out.</param>
/// <param name="Take">How many at most, 1 to <see cref="AuditQueries.MostTaken"/>.</param>
public sealed record AuditFilter(
    string? Subject = null,
    string? Actor = null,
    string? Type = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    long? Before = null,
    int Take = AuditQueries.UsuallyTaken,
    string? Except = null);

/// <summary>One thing that happened.</summary>
/// <param name="Source">The address it came from; null where the reader may not know it.</param>
public sealed record AuditEntry(
    long Sequence,
    Guid Id,
    DateTimeOffset At,
    string Type,
    string What,
    string Subject,
    ActorKind ActorKind,
    Guid ActorId,
    string ActorName,
    string? Source,
    JsonElement Details,
    JsonElement? Before,
    JsonElement? After)
{
    /// <summary>What changed, or the event's own fields where no states were kept.</summary>
    public ImmutableArray<FieldChange> Changes() =>
        Before is null && After is null ? ChangeList.Read(Details.GetRawText(), Subject) : ChangeList.Compare(Before?.GetRawText(), After?.GetRawText());
}

/// <summary>A page of entries, the newest first.</summary>
/// <param name="Older">What <see cref="AuditFilter.Before"/> has to be for the next page; null on the last.</param>
public sealed record AuditEntries(ImmutableArray<AuditEntry> Entries, long? Older);

/// <summary>Reads the event log for people.</summary>
public sealed class AuditQueries(Store store)
{
    public const int UsuallyTaken = 50;
    public const int MostTaken = 500;

    /// <param name="actor">Who reads: addresses are shown only to those who manage people.</param>
    public async Task<AuditEntries> ReadAsync(AuditFilter filter, Actor actor, CancellationToken cancellationToken)
    {
        var take = Math.Clamp(filter.Take, 1, MostTaken);
        var rows = await store.ReadAsync((db, token) => Matching(db, filter).OrderByDescending(row => row.Sequence).Take(take + 1).ToListAsync(token), cancellationToken);
        var seesSource = actor.May(Permission.ManagePeople);
        return new AuditEntries([.. rows.Take(take).Select(row => EntryOf(row, seesSource))], rows.Count > take ? rows[take - 1].Sequence : null);
    }

    private static IQueryable<EventRow> Matching(AthenaDbContext db, AuditFilter filter)
    {
        var rows = db.Set<EventRow>().AsQueryable();
        if (filter.Before is { } before) rows = rows.Where(row => row.Sequence < before);
        if (filter.From is { } from) rows = rows.Where(row => row.At >= from);
        if (filter.To is { } to) rows = rows.Where(row => row.At < to);
        if (Clean(filter.Type) is { } type) rows = type.Contains('.', StringComparison.Ordinal) ? rows.Where(row => row.Type == type) : rows.Where(row => row.Type.StartsWith(type + "."));
        if (Clean(filter.Except) is { } except) rows = rows.Where(row => !row.Type.StartsWith(except + "."));
        if (Clean(filter.Actor) is { } actor) rows = WithActor(rows, actor);
        var subjects = (filter.Subject ?? "").Split(',').Select(Clean).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        // What a whole kind covers must not come twice.
        var apart = subjects.Where(subject => subject.IndexOf('/', StringComparison.Ordinal) is not (> 0 and var slash) || !subjects.Contains(subject[..slash]));
        // One look-up in the index for each, rather than one condition that no index serves.
        return subjects.Length == 0 ? rows : apart.Select(subject => WithSubject(rows, subject)).Aggregate((some, more) => some.Concat(more));
    }

    private static IQueryable<EventRow> WithSubject(IQueryable<EventRow> rows, string text)
    {
        if (!text.Contains('/', StringComparison.Ordinal)) return rows.Where(row => row.SubjectKind == text);
        var subject = Subject.Parse(text);
        return rows.Where(row => row.SubjectKind == subject.Kind && row.SubjectId == subject.Id);
    }

    private static IQueryable<EventRow> WithActor(IQueryable<EventRow> rows, string text)
    {
        if (Guid.TryParse(text, out var id)) return rows.Where(row => row.ActorId == id);
        var lower = text.ToLowerInvariant();
#pragma warning disable CA1862, CA1304, CA1311, MA0011 // Translated to SQL, where cultures and comparers are unknown.
        return rows.Where(row => row.ActorName.ToLower().Contains(lower));
#pragma warning restore CA1862, CA1304, CA1311, MA0011
    }

    // Subject.Parse refuses what begins with a slash; as a filter that is simply nothing.
    private static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) || text.Trim()[0] == '/' ? null : text.Trim();

    private static AuditEntry EntryOf(EventRow row, bool seesSource) => new(
        row.Sequence,
        row.Id,
        row.At,
        row.Type,
        EventWords.Sentence(row.Type),
        new Subject(row.SubjectKind, row.SubjectId).ToString(),
        row.ActorKind,
        row.ActorId,
        row.ActorName,
        seesSource ? row.Source : null,
        Parse(row.Payload)!.Value,
        Parse(row.Before),
        Parse(row.After));

    private static JsonElement? Parse(string? json) => json is null ? null : JsonSerializer.Deserialize<JsonElement>(json);
}
