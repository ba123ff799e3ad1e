using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Platform.Text;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Communication;

/// <summary>What people do with messages before they are out.</summary>
public sealed class MessageService(Store store)
{
    /// <param name="body">Markdown with the placeholders of <see cref="MessageText.Placeholders"/>.</param>
    public async Task<Outcome<OutboxMessage>> EditAsync(Guid id, long version, string subject, string body, Actor actor, CancellationToken cancellationToken)
    {
        body = StorableText.Of(body);
        if (SafeMarkdown.TooLarge(body) is { } tooLarge) return tooLarge;
        return await DecideAsync(id, version, actor, (message, _) => message.Edit(StorableText.Of(subject), body), cancellationToken);
    }

    /// <summary>Back to the template.</summary>
    public Task<Outcome<OutboxMessage>> ResetAsync(Guid id, long version, Actor actor, CancellationToken cancellationToken) =>
        DecideAsync(id, version, actor, (message, _) => message.Reset(), cancellationToken);

    /// <summary>Sends it now, whatever its time and whatever holds it.</summary>
    public Task<Outcome<OutboxMessage>> SendNowAsync(Guid id, long version, Actor actor, CancellationToken cancellationToken) =>
        DecideAsync(id, version, actor, (message, now) => message.SendNow(now), cancellationToken);

    public Task<Outcome<OutboxMessage>> HoldAsync(Guid id, long version, string? reason, Actor actor, CancellationToken cancellationToken) =>
        DecideAsync(id, version, actor, (message, _) => message.HoldBy(actor, reason is null ? null : StorableText.Of(reason)), cancellationToken);

    public Task<Outcome<OutboxMessage>> FreeAsync(Guid id, long version, Actor actor, CancellationToken cancellationToken) =>
        DecideAsync(id, version, actor, (message, _) => message.Free(), cancellationToken);

    public Task<Outcome<OutboxMessage>> RetryAsync(Guid id, long version, Actor actor, CancellationToken cancellationToken) =>
        DecideAsync(id, version, actor, (message, now) => message.Retry(now), cancellationToken);

    private Task<Outcome<OutboxMessage>> DecideAsync(
        Guid id, long version, Actor actor, Func<OutboxMessage, DateTimeOffset, Outcome<Decision<OutboxMessage>>> decide, CancellationToken cancellationToken) =>
        store.WriteAsync<OutboxMessage>(
            actor,
            async (write, token) =>
            {
                if (await write.Db.Set<OutboxMessage>().FirstOrDefaultAsync(row => row.Id == id, token) is not { } message) return Refusal.NotFound("message", id.ToString());
                var item = message.ItemId is { } itemId ? await write.Db.Set<TimelineEntry>().AsNoTracking().FirstOrDefaultAsync(row => row.Id == itemId, token) : null;
                if ((item is null ? actor.Lacks(Permission.EditCommunication, "act on mail") : item.Denies(actor)) is { } denied) return denied;
                if (message.Version != version) return Refusal.Stale($"“{message.Title}”");
                var decided = decide(message, write.Now);
                if (!decided.IsAccepted) return decided.Refusal;
                if (decided.Value.Events.IsEmpty) return message;
                var before = message with { };
                var next = decided.Value.State with { Version = write.Replace(message, decided.Value.State) };
                write.Append(decided.Value, before, next);
                return next;
            },
            cancellationToken);
}
