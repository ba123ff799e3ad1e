using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Platform.Text;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Communication;

/// <summary>What people do with the items of a timeline. Their messages are in <see cref="MessageService"/>.</summary>
public sealed class CommunicationService(Store store, IPeople people)
{
    /// <summary>It is done. A message that is ticked was sent by hand, and does not go out any more.</summary>
    public Task<Outcome<TimelineEntry>> TickAsync(Guid id, long version, Actor actor, CancellationToken cancellationToken) =>
        DecideAsync(id, version, actor, (item, _, now) => item.Tick(actor, now), message => message.Cancel($"Done by hand by {actor.Name}."), cancellationToken);

    public Task<Outcome<TimelineEntry>> UntickAsync(Guid id, long version, Actor actor, CancellationToken cancellationToken) =>
        DecideAsync(id, version, actor, (item, _, _) => item.Untick(), message => message.Revive(), cancellationToken);

    public Task<Outcome<TimelineEntry>> SkipAsync(Guid id, long version, string reason, Actor actor, CancellationToken cancellationToken) =>
        DecideAsync(id, version, actor, (item, _, now) => item.Skip(StorableText.Of(reason), actor, now), message => message.Cancel($"Skipped by {actor.Name}: {reason.Trim()}"), cancellationToken);

    /// <param name="assigneeId">Null makes it nobody's.</param>
    public async Task<Outcome<TimelineEntry>> AssignAsync(Guid id, long version, Guid? assigneeId, Actor actor, CancellationToken cancellationToken)
    {
        var person = assigneeId is { } wanted ? await people.FindAsync(wanted, cancellationToken) : null;
        if (assigneeId is not null && person is not { IsDisabled: false })
            return Refusal.Invalid("unknown_person", "The item cannot be given to this person.", new RefusalItem("assigneeId", "nobody with this id can sign in", assigneeId.ToString()));
        if (person is not null && !person.May(Permission.TakePart))
            return Refusal.Invalid("unable_person", "The item cannot be given to this person.", new RefusalItem("assigneeId", $"{person.Name} may look and change nothing", assigneeId.ToString()));
        return await DecideAsync(id, version, actor, (item, _, _) => item.Assign(assigneeId, person?.Name), change: null, cancellationToken);
    }

    /// <param name="day">Days from the target date, −366 to 366.</param>
    /// <param name="time">Local time in the release's zone.</param>
    public async Task<Outcome<TimelineEntry>> RedateAsync(Guid id, long version, int day, TimeOnly time, Actor actor, CancellationToken cancellationToken)
    {
        if (day is < -366 or > 366) return Refusal.Invalid("invalid_day", "The item cannot be moved there.", new RefusalItem("day", "too far from the target date", FormattableString.Invariant($"{day}"), "-366 to 366"));
        return await store.WriteAsync<TimelineEntry>(
            actor,
            async (write, token) =>
            {
                var loaded = await LoadAsync(write, id, version, actor, token);
                if (!loaded.IsAccepted) return loaded.Refusal;
                var (item, plan) = loaded.Value;
                var decided = item.Redate(day, time, plan);
                if (!decided.IsAccepted) return decided.Refusal;
                if (decided.Value.Events.IsEmpty) return item;
                var before = item with { };
                await CommunicationPlanner.RedateAsync(write, plan, item, decided.Value.State, token);
                return Appended(write, decided.Value, before);
            },
            cancellationToken);
    }

    private Task<Outcome<TimelineEntry>> DecideAsync(
        Guid id,
        long version,
        Actor actor,
        Func<TimelineEntry, CommunicationPlan, DateTimeOffset, Outcome<Decision<TimelineEntry>>> decide,
        Func<OutboxMessage, OutboxMessage>? change,
        CancellationToken cancellationToken) =>
        store.WriteAsync<TimelineEntry>(
            actor,
            async (write, token) =>
            {
                var loaded = await LoadAsync(write, id, version, actor, token);
                if (!loaded.IsAccepted) return loaded.Refusal;
                var (item, plan) = loaded.Value;
                var decided = decide(item, plan, write.Now);
                if (!decided.IsAccepted) return decided.Refusal;
                if (decided.Value.Events.IsEmpty) return item;
                if (change is not null && await write.Db.Set<OutboxMessage>().FirstOrDefaultAsync(row => row.ItemId == id, token) is { } message)
                {
                    if (message.State is MessageState.Sent or MessageState.Sending or MessageState.Unknown || message.Delivered > 0)
                        return Refusal.Conflict("message_gone", $"“{item.Title}” was sent already, or is on its way.", "What was sent cannot be taken back; write a correction instead.");
                    var changed = change(message);
                    if (changed != message) write.Replace(message, changed);
                }

                var before = item with { };
                write.Replace(item, decided.Value.State);
                return Appended(write, decided.Value, before);
            },
            cancellationToken);

    private static async Task<Outcome<(TimelineEntry Item, CommunicationPlan Plan)>> LoadAsync(Write write, Guid id, long version, Actor actor, CancellationToken cancellationToken)
    {
        if (await write.Db.Set<TimelineEntry>().FirstOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } item) return Refusal.NotFound("item", id.ToString());
        if (item.Denies(actor) is { } denied) return denied;
        if (item.Version != version) return Refusal.Stale($"“{item.Title}”");
        var plan = await write.Db.Set<CommunicationPlan>().AsNoTracking().FirstAsync(row => row.Release == item.Release, cancellationToken);
        if (plan.ClosedBecause is { } closed) return Refusal.Conflict("timeline_closed", $"Nothing changes on this timeline any more: {closed}");
        return (item, plan);
    }

    private static TimelineEntry Appended(Write write, Decision<TimelineEntry> decision, TimelineEntry before)
    {
        var next = decision.State with { Version = before.Version + 1 };
        write.Append(decision, before, next);
        return next;
    }
}
