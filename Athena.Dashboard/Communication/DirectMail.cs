using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Communication.Contracts;
using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Platform.Text;
using Athena.Dashboard.Process.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Communication;

/// <summary>Mail to single people, through the same outbox as everything else.</summary>
public sealed class DirectMail(Store store, IPeople people, PublicAddress address, TimeProvider clock)
{
    /// <summary>Somebody is asked to settle a gate item. Who assigns it to himself needs no mail.</summary>
    internal async Task AskAsync(EventEnvelope envelope, GateItemAssigned assigned, CancellationToken cancellationToken)
    {
        if (assigned.AssigneeId is not { } id || id == envelope.Row.ActorId || id == assigned.PreviousId) return;
        if (await people.FindAsync(id, cancellationToken) is not { IsDisabled: false } person) return;
        var due = assigned.DueAt.ToString("MMMM d, yyyy", CultureInfo.InvariantCulture);
        await SendAsync(
            envelope.Row.Id,
            $"Gate item for {person.Name}",
            [person.Email],
            new MessageText(
                $"{assigned.Item.Title} ({assigned.Subject.Kind} {assigned.Subject.Id})",
                $"Hello {MarkdownText.Escape(person.Name)},\n\n{MarkdownText.Escape(envelope.Row.ActorName)} asks you to settle the gate item **{MarkdownText.Escape(assigned.Item.Title)}** of {assigned.Subject.Kind} {assigned.Subject.Id}.\n\nIt is due on {due}.\n\n[Open it]({address.Of($"/releases/{Uri.EscapeDataString(assigned.Subject.Id)}?tab=gates")})"),
            cancellationToken);
    }

    /// <summary>The owner of a flag is told that it is due for removal.</summary>
    internal Task RemindAsync(EventEnvelope envelope, FlagRemovalReminded reminded, CancellationToken cancellationToken)
    {
        var since = reminded.Since.ToString("MMMM d, yyyy", CultureInfo.InvariantCulture);
        return SendAsync(
            envelope.Row.Id,
            $"Reminder for {reminded.Owner}: {reminded.FlagKey}",
            reminded.To,
            new MessageText(
                $"The flag {reminded.FlagKey} is due for removal",
                $"Hello {MarkdownText.Escape(reminded.Owner)},\n\nthe flag **{MarkdownText.Escape(reminded.Name)}** (`{reminded.FlagKey}`) belongs to release {MarkdownText.Escape(reminded.ReleaseId)}, which has been over since {since}. It decides nothing any more, and is due for removal.\n\n[What is left to do]({address.Of($"/flags/{Uri.EscapeDataString(reminded.FlagKey)}?tab=removal")}), and where reminders can be put off.\n\nThis is reminder {reminded.Number.ToString(CultureInfo.InvariantCulture)}."),
            cancellationToken);
    }

    /// <summary>Shows whether mail gets out.</summary>
    public async Task<Outcome<Guid>> TestAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.EditCommunication, "send a test mail") is { } forbidden) return forbidden;
        if (await people.FindAsync(actor.Id, cancellationToken) is not { } person) return Refusal.Conflict("no_address", "A test mail goes to the person who asks for it, and a key has no address.");
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        await SendAsync(id, $"Test for {person.Name}", [person.Email], new MessageText("Test mail", "If you can read this, mail gets out."), cancellationToken);
        return id;
    }

    // The id decides: the second call with the same one changes nothing.
    private Task SendAsync(Guid id, string title, ImmutableArray<string> to, MessageText text, CancellationToken cancellationToken) =>
        store.WriteAsync<Done>(
            Actor.System("mail"),
            async (write, token) =>
            {
                if (await write.Db.Set<OutboxMessage>().AnyAsync(row => row.Id == id, token)) return Done.Yes;
                var message = new OutboxMessage
                {
                    Id = id,
                    Release = CommunicationSubject.Direct,
                    Key = "",
                    Title = title,
                    Channel = CommunicationChannel.Mail,
                    Audience = "",
                    DueAt = write.Now,
                    EditedSubject = text.Subject,
                    EditedBody = text.Body,
                    Recipients = to,
                };
                write.Add(message);
                write.Append(new MessageQueued(message.Release, message.Id, message.Title));
                return Done.Yes;
            },
            cancellationToken);
}
