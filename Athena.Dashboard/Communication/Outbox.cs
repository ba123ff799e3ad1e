using System.Collections.Immutable;
using System.Net.Mail;
using Athena.Dashboard.Communication.Contracts;
using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Notes.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Platform.Text;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Communication;

/// <summary>
/// Everything that has yet to go out. Each message is marked before the first byte leaves and after the server took
/// it, so that a kill at any point loses nothing and costs at most one second copy under the same Message-ID.
/// </summary>
public sealed partial class Outbox(
    Store store,
    SmtpMail mail,
    MessageComposer composer,
    RecipientLists lists,
    IReleaseLookup releases,
    IRolloutLookup rollouts,
    IGateVerdicts gates,
    INotesLookup notes,
    TimeProvider clock,
    ILogger<Outbox> logger)
{
    private static readonly Actor Sender = Actor.System("mail");
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>What was being sent when the product stopped is sent again.</summary>
    internal async Task RecoverAsync(CancellationToken cancellationToken)
    {
        var interrupted = await store.ReadAsync((db, token) => db.Set<OutboxMessage>().Where(message => message.State == MessageState.Sending).ToListAsync(token), cancellationToken);
        foreach (var message in interrupted) await SaveAsync(message, message.Interrupt(), cancellationToken);
    }

    /// <summary>Brings every open message up to date with the world, and sends what is due.</summary>
    /// <returns>How long nothing can become due by itself.</returns>
    internal async Task<TimeSpan> RunAsync(CancellationToken cancellationToken)
    {
        var open = await store.ReadAsync(
            (db, token) => db.Set<OutboxMessage>().Where(message => message.State != MessageState.Sent && message.State != MessageState.Cancelled && message.State != MessageState.Sending)
                .OrderBy(message => message.DueAt).ToListAsync(token),
            cancellationToken);
        var facts = new Dictionary<string, ReleaseFacts?>(StringComparer.Ordinal);
        foreach (var message in open)
        {
            if (!facts.TryGetValue(message.Release, out var release)) facts[message.Release] = release = await FactsAsync(message, cancellationToken);
            await FollowAsync(message, release, cancellationToken);
        }

        return WaitAfter(open);
    }

    private TimeSpan WaitAfter(List<OutboxMessage> open)
    {
        var now = clock.GetUtcNow();
        var next = open.SelectMany(message => new[] { message.State == MessageState.Waiting ? message.DueAt : (DateTimeOffset?)null, message.NextAttemptAt })
            .Where(at => at > now).Min();
        var wait = next - now ?? LongestWait;
        return wait < LongestWait ? wait : LongestWait;
    }

    private async Task<ReleaseFacts?> FactsAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        if (message.ItemId is null || await releases.FindAsync(message.Release, cancellationToken) is not { } release) return null;
        var progress = await gates.ProgressAsync([ReleaseSubject.Of(release.Version)], cancellationToken);
        var running = await rollouts.ListOfReleaseAsync(release.Version, cancellationToken);
        return new ReleaseFacts(
            release.State,
            [.. progress.Where(set => set.Stuck > 0).Select(set => set.SetTitle)],
            [.. running.Where(ReleaseFacts.IsPaused).Select(rollout => $"{rollout.FlagKey} in {rollout.Environment}")],
            (await notes.FindAsync(release.Version, cancellationToken))?.PublishedAt is not null);
    }

    private async Task FollowAsync(OutboxMessage message, ReleaseFacts? facts, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var isDue = message.DueAt <= now || message.State is MessageState.Failed or MessageState.Unknown;
        var holds = RollbackNotice.Is(message.Key) ? null : facts?.Holds(message.Release, message.Day, isDue, MessageComposer.TextOf(message).Mentions("notes"));
        var recipients = await RecipientsAsync(message, cancellationToken);
        var noChannel = NoChannel(message, recipients);
        var assessed = message.Assess(noChannel, holds);
        if (!assessed.Events.IsEmpty)
        {
            if (await SaveAsync(message, assessed, cancellationToken) is not { } saved) return;
            message = saved;
        }

        if (!message.IsReady(now) || noChannel is not null || (holds is not null && !message.IsForced)) return;
        await SendAsync(message, recipients, cancellationToken);
    }

    private async Task<ImmutableArray<string>> RecipientsAsync(OutboxMessage message, CancellationToken cancellationToken) =>
        message.Audience.Length == 0 ? message.Recipients : await lists.AddressesAsync(message.Audience, cancellationToken);

    private string? NoChannel(OutboxMessage message, ImmutableArray<string> recipients) => message switch
    {
        { Channel: CommunicationChannel.Social } => "There is no connection to social media: post it by hand, then tick it.",
        _ when !mail.Options.IsConfigured => "No mail server is set up.",
        _ when recipients.IsEmpty => $"The list {RecipientList.TitleOf(message.Audience)} has nobody on it.",
        _ => null,
    };

    private async Task SendAsync(OutboxMessage message, ImmutableArray<string> recipients, CancellationToken cancellationToken)
    {
        var text = await composer.ComposeAsync(message, cancellationToken);
        var from = mail.Options.From;
        var begun = message.Begin(text.Subject, text.Body, recipients, from[(from.IndexOf('@', StringComparison.Ordinal) + 1)..]);
        if (await SaveAsync(message, new Decision<OutboxMessage>(begun, []), cancellationToken) is not { } current) return;
        try
        {
            var html = SafeMarkdown.Render(current.SentBody!);
            if (!html.IsAccepted)
            {
                await SaveAsync(current, current.Fail(html.Refusal.Title, clock.GetUtcNow()), CancellationToken.None);
                return;
            }

            while (current.Delivered < current.Recipients.Length)
            {
                var batch = current.Recipients.Skip(current.Delivered).Take(mail.Options.MostRecipients).ToImmutableArray();
                var refused = await mail.SendAsync(new OutgoingMail(current.MailId!, current.InReplyTo, batch, current.SentSubject!, current.SentBody!, html.Value));
                var passed = current.Pass(current.Delivered + batch.Length, refused.IsEmpty ? null : "Refused: " + string.Join(", ", refused));
                var done = passed.Delivered == passed.Recipients.Length;
                var next = done ? passed.Finish(clock.GetUtcNow()) : new Decision<OutboxMessage>(passed, []);
                if (await SaveAsync(current, next, CancellationToken.None) is not { } saved) return;
                current = saved;
            }
        }
        catch (Exception failure) when (failure is SmtpException or TimeoutException or FormatException or InvalidOperationException or IOException)
        {
            Log.SendingFailed(logger, failure, current.Id, current.Attempts);
            await SaveAsync(current, current.Fail(failure.InnerException is { } inner ? $"{failure.Message} {inner.Message}" : failure.Message, clock.GetUtcNow()), CancellationToken.None);
        }
    }

    /// <returns>Null when somebody changed the message meanwhile: it is looked at again next time.</returns>
    private async Task<OutboxMessage?> SaveAsync(OutboxMessage seen, Decision<OutboxMessage> decision, CancellationToken cancellationToken)
    {
        var saved = await store.WriteAsync<OutboxMessage>(
            Sender,
            async (write, token) =>
            {
                if (await write.Db.Set<OutboxMessage>().FirstOrDefaultAsync(row => row.Id == seen.Id, token) is not { } row || row.Version != seen.Version) return Refusal.Stale("The message");
                var next = decision.State with { Version = write.Replace(row, decision.State) };
                foreach (var happened in decision.Events)
                {
                    write.Append(happened);
                    if (happened is MessageSent && next.ItemId is { } itemId) await TickAsync(write, itemId, token);
                }

                return next;
            },
            cancellationToken);
        return saved.IsAccepted ? saved.Value : null;
    }

    private static async Task TickAsync(Write write, Guid itemId, CancellationToken cancellationToken)
    {
        if (await write.Db.Set<TimelineEntry>().FirstOrDefaultAsync(row => row.Id == itemId, cancellationToken) is not { State: ItemState.Open } item) return;
        write.Replace(item, item.Tick(write.Actor, write.Now, "Sent").Value.State);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Message {Message} could not be sent, attempt {Attempt}")]
        public static partial void SendingFailed(ILogger logger, Exception failure, Guid message, int attempt);
    }
}
