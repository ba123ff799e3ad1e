using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Platform.Text;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Recovery.Domain;
using Athena.Dashboard.Rollouts.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Recovery;

/// <summary>Writes post-mortems, publishes them, and keeps what they ask for.</summary>
public sealed class PostMortemService(Store store, IPeople people, IRollbackRecords rollbacks, RecoveryFacts facts)
{
    /// <summary>Begins the text where the product has not by itself. One that is there stays as it is.</summary>
    public async Task<Outcome<PostMortem>> StartAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        if (await facts.FindAsync(id, cancellationToken) is not { } procedure) return Refusal.NotFound("procedure", id.ToString());
        if (Denies(procedure, actor) is { } denied) return denied;
        if (await store.ReadAsync((db, token) => db.Set<PostMortem>().FirstOrDefaultAsync(row => row.ProcedureId == id, token), cancellationToken) is { } present) return present;
        return await facts.DraftAsync(procedure, procedure.RolloutId is { } rolloutId ? await rollbacks.FindAsync(rolloutId, cancellationToken) : null, actor, cancellationToken);
    }

    /// <returns>The saved text. The same text sent twice is accepted twice, also with the version before.</returns>
    public async Task<Outcome<PostMortem>> SaveAsync(Guid id, long version, string text, Actor actor, CancellationToken cancellationToken)
    {
        text = StorableText.Of(text);
        if (SafeMarkdown.TooLarge(text) is { } tooLarge) return tooLarge;
        return await DecideAsync(id, null, actor, (report, now) => report.Version == version || report.Text == text ? report.Save(text, actor, now) : Refusal.Stale("The post-mortem"), cancellationToken);
    }

    /// <summary>Settles the text, and completes the procedure's step.</summary>
    public Task<Outcome<PostMortem>> PublishAsync(Guid id, long version, Actor actor, CancellationToken cancellationToken) =>
        WithBothAsync(id, version, actor, (write, procedure, report) =>
        {
            var published = report.Publish(actor, write.Now);
            if (!published.IsAccepted) return published.Refusal;
            var completed = procedure.CompleteByPostMortem(actor, write.Now);
            if (!completed.IsAccepted) return completed.Refusal;
            RecoveryWrite.Save(write, procedure, completed.Value);
            return RecoveryWrite.Save(write, report, published.Value);
        }, cancellationToken);

    public async Task<Outcome<PostMortem>> AddFollowUpAsync(Guid id, long version, string title, Guid? ownerId, DateOnly dueOn, Actor actor, CancellationToken cancellationToken)
    {
        var owner = await OwnerAsync(ownerId, cancellationToken);
        if (!owner.IsAccepted) return owner.Refusal;
        return await DecideAsync(
            id, version, actor, (report, now) => report.Add(new FollowUp(Guid.CreateVersion7(now), StorableText.Of(title).Trim(), ownerId, owner.Value?.Name, dueOn)), cancellationToken);
    }

    public async Task<Outcome<PostMortem>> ChangeFollowUpAsync(
        Guid id, long version, Guid actionId, string title, Guid? ownerId, DateOnly dueOn, Actor actor, CancellationToken cancellationToken)
    {
        var owner = await OwnerAsync(ownerId, cancellationToken);
        if (!owner.IsAccepted) return owner.Refusal;
        return await DecideAsync(id, version, actor, (report, _) => report.Change(actionId, StorableText.Of(title).Trim(), ownerId, owner.Value?.Name, dueOn), cancellationToken);
    }

    /// <summary>Who answers for a follow-up may tick it, whatever else he may.</summary>
    /// <param name="done">False opens it again.</param>
    public Task<Outcome<PostMortem>> TickFollowUpAsync(Guid id, long version, Guid actionId, bool done, Actor actor, CancellationToken cancellationToken) =>
        WithBothAsync(
            id,
            version,
            actor,
            (write, _, report) => report.Tick(actionId, done, actor, write.Now).Then<PostMortem>(decision => RecoveryWrite.Save(write, report, decision)),
            cancellationToken,
            report => report.Find(actionId)?.OwnerId == actor.Id && actor.May(Permission.TakePart));

    /// <summary>Null when the actor may write the post-mortem of a procedure, else who can.</summary>
    public static Refusal? Denies(Procedure procedure, Actor actor)
    {
        if (actor.May(Permission.WriteNotes)) return null;
        return procedure.Find(RollbackStepKeys.PostMortem) is { } step ? procedure.Denies(step, actor) : actor.Lacks(Permission.LowerExposure, "write post-mortems");
    }

    private async Task<Outcome<Person?>> OwnerAsync(Guid? ownerId, CancellationToken cancellationToken)
    {
        var person = ownerId is { } wanted ? await people.FindAsync(wanted, cancellationToken) : null;
        if (ownerId is not null && person is not { IsDisabled: false })
            return Refusal.Invalid("unknown_person", "The follow-up cannot be given to this person.", new RefusalItem("ownerId", "nobody with this id can sign in", ownerId.ToString()));
        return person;
    }

    private Task<Outcome<PostMortem>> DecideAsync(
        Guid id, long? version, Actor actor, Func<PostMortem, DateTimeOffset, Outcome<Decision<PostMortem>>> decide, CancellationToken cancellationToken) =>
        WithBothAsync(id, version, actor, (write, _, report) => decide(report, write.Now).Then<PostMortem>(decision => RecoveryWrite.Save(write, report, decision)), cancellationToken);

    private Task<Outcome<PostMortem>> WithBothAsync(
        Guid id, long? version, Actor actor, Func<Write, Procedure, PostMortem, Outcome<PostMortem>> decide, CancellationToken cancellationToken, Func<PostMortem, bool>? allows = null) =>
        store.WriteAsync<PostMortem>(
            actor,
            async (write, token) =>
            {
                if (await RecoveryWrite.LoadAsync(write, id, token) is not { } procedure) return Refusal.NotFound("procedure", id.ToString());
                if (await write.Db.Set<PostMortem>().FirstOrDefaultAsync(row => row.ProcedureId == id, token) is not { } report) return NotStarted(id);
                if (allows?.Invoke(report) != true && Denies(procedure, actor) is { } denied) return denied;
                return version is { } seen && seen != report.Version ? Refusal.Stale("The post-mortem") : decide(write, procedure, report);
            },
            cancellationToken);

    internal static Refusal NotStarted(Guid id) => Refusal.NotFound("post-mortem of procedure", id.ToString()) with { Detail = "It is drafted once everything is taken back; start it on the procedure's page before that." };
}
