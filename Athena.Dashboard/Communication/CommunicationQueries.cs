using System.Collections.Immutable;
using Athena.Dashboard.Communication.Contracts;
using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Platform.Text;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Communication;

/// <summary>Reads of timelines and of the outbox, for pages and the API.</summary>
public sealed class CommunicationQueries(
    Store store,
    IReleaseLookup releases,
    IProcessCatalog process,
    MessageComposer composer,
    SmtpMail mail)
{
    private const int MostDirect = 50;

    /// <summary>Why no mail gets out, or null when a server is set up.</summary>
    public string? MailProblem => mail.Options.IsConfigured ? null : "No mail server is set up, so messages wait here and none is lost.";

    /// <returns>Null when the release has no timeline.</returns>
    public async Task<ReleaseTimeline?> FindAsync(string release, CancellationToken cancellationToken)
    {
        var (plan, entries, messages) = await store.ReadAsync(
            async (db, token) => (
                await db.Set<CommunicationPlan>().FirstOrDefaultAsync(row => row.Release == release, token),
                await db.Set<TimelineEntry>().Where(row => row.Release == release).ToListAsync(token),
                await db.Set<OutboxMessage>().Where(row => row.Release == release && row.ItemId != null).ToListAsync(token)),
            cancellationToken);
        if (plan is null) return null;
        var moments = (await process.FindAsync(plan.ProcessVersion, cancellationToken) ?? process.Current).Document.Communication;
        var rows = Rows(entries, messages);
        return new ReleaseTimeline(
            plan,
            [.. moments.Select(moment => new TimelineMoment(
                moment.Key,
                moment.Title,
                plan.DueAt(moment.FromDay, CommunicationPlan.UsualTime),
                plan.DueAt(moment.ToDay, CommunicationPlan.UsualTime),
                [.. rows.Where(row => row.Entry.Moment == moment.Key)]))]);
    }

    /// <returns>Every timeline of a release that is under way, and of others that still have something open, by target date.</returns>
    public async Task<ImmutableArray<TimelineOverview>> ListAsync(CancellationToken cancellationToken)
    {
        var active = (await releases.ListAsync(cancellationToken)).ToDictionary(release => release.Version);
        var (plans, entries, messages) = await store.ReadAsync(
            async (db, token) => (
                await db.Set<CommunicationPlan>().Where(plan => plan.ClosedBecause == null).ToListAsync(token),
                await db.Set<TimelineEntry>().Where(entry => db.Set<CommunicationPlan>().Any(plan => plan.Release == entry.Release && plan.ClosedBecause == null)).ToListAsync(token),
                await db.Set<OutboxMessage>().Where(message => message.ItemId != null && db.Set<CommunicationPlan>().Any(plan => plan.Release == message.Release && plan.ClosedBecause == null)).ToListAsync(token)),
            cancellationToken);
        var rows = Rows(entries, messages).ToLookup(row => row.Entry.Release);
        return
        [
            .. plans.Where(plan => active.ContainsKey(plan.Release))
                .Select(plan => new TimelineOverview(active[plan.Release], plan, [.. rows[plan.Release]]))
                .Where(timeline => timeline.Release.State is not (ReleaseState.Completed or ReleaseState.Cancelled) || timeline.Rows.Any(row => row.Entry.State == ItemState.Open))
                .OrderBy(timeline => timeline.Plan.TargetDate),
        ];
    }

    /// <returns>Mail to single people, newest first.</returns>
    public async Task<ImmutableArray<OutboxMessage>> DirectAsync(CancellationToken cancellationToken) =>
    [
        .. await store.ReadAsync(
            (db, token) => db.Set<OutboxMessage>().Where(message => message.Release == CommunicationSubject.Direct).OrderByDescending(message => message.DueAt).Take(MostDirect).ToListAsync(token),
            cancellationToken),
    ];

    /// <returns>A message with its text as it would go out, and as it is written; null when there is none.</returns>
    public async Task<MessageDetail?> MessageAsync(Guid id, CancellationToken cancellationToken)
    {
        var message = await store.ReadAsync((db, token) => db.Set<OutboxMessage>().FirstOrDefaultAsync(row => row.Id == id, token), cancellationToken);
        if (message is null) return null;
        var written = MessageComposer.TextOf(message);
        var isOut = message is { SentSubject: not null, IsOpen: false };
        var filled = isOut ? new MessageText(message.SentSubject!, message.SentBody!) : await composer.ComposeAsync(message, cancellationToken);
        var html = SafeMarkdown.Render(filled.Body);
        return new MessageDetail(message, written, filled, html.IsAccepted ? html.Value : "");
    }

    /// <summary>A text of a message as it would go out: placeholders filled, rendered.</summary>
    public async Task<Outcome<string>> PreviewAsync(Guid id, string body, CancellationToken cancellationToken)
    {
        var message = await store.ReadAsync((db, token) => db.Set<OutboxMessage>().FirstOrDefaultAsync(row => row.Id == id, token), cancellationToken);
        if (message is null) return Refusal.NotFound("message", id.ToString());
        if (SafeMarkdown.TooLarge(body) is { } tooLarge) return tooLarge;
        var filled = await composer.FillAsync(message, new MessageText("", StorableText.Of(body)), cancellationToken);
        return SafeMarkdown.Render(filled.Body);
    }

    private static List<TimelineRow> Rows(List<TimelineEntry> entries, List<OutboxMessage> messages)
    {
        var byEntry = messages.ToDictionary(message => message.ItemId!.Value);
        return [.. entries.OrderBy(entry => entry.Position).Select(entry => new TimelineRow(entry, byEntry.GetValueOrDefault(entry.Id)))];
    }
}

/// <param name="Message">Null for a task.</param>
public sealed record TimelineRow(TimelineEntry Entry, OutboxMessage? Message);

/// <param name="From">UTC, the usual time of its first day.</param>
/// <param name="To">UTC, the usual time of its last day.</param>
public sealed record TimelineMoment(string Key, string Title, DateTimeOffset From, DateTimeOffset To, ImmutableArray<TimelineRow> Rows);

public sealed record ReleaseTimeline(CommunicationPlan Plan, ImmutableArray<TimelineMoment> Moments);

public sealed record TimelineOverview(ReleaseSummary Release, CommunicationPlan Plan, ImmutableArray<TimelineRow> Rows);

/// <param name="Written">With placeholders.</param>
/// <param name="Filled">As it goes out, or went.</param>
/// <param name="Html">The body of <paramref name="Filled"/>, safe to show.</param>
public sealed record MessageDetail(OutboxMessage Message, MessageText Written, MessageText Filled, string Html);
