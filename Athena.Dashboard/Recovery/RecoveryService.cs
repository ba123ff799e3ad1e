using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Platform.Text;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Recovery.Domain;
using Athena.Dashboard.Releases.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Recovery;

/// <summary>What people do with the procedures of rollbacks. Their post-mortems are in <see cref="PostMortemService"/>.</summary>
public sealed class RecoveryService(Store store, IReleaseLookup releases, IProcessCatalog process, IPeople people, RecoveryFacts facts)
{
    /// <summary>Opens one before anything is taken back, as long as nobody else has.</summary>
    public async Task<Outcome<Procedure>> OpenAsync(string release, string reason, Actor actor, CancellationToken cancellationToken)
    {
        reason = StorableText.Of(reason).Trim();
        if (actor.Lacks(Permission.LowerExposure, "open the procedure of a rollback") is { } forbidden) return forbidden;
        if (await releases.FindAsync(release, cancellationToken) is not { } known) return Refusal.NotFound("release", release);
        if (reason.Length is 0 or > Procedure.LongestText)
            return Refusal.Invalid("reason_required", "The procedure is opened only with a reason.", new RefusalItem("reason", reason.Length == 0 ? "missing" : "too long", Expected: FormattableString.Invariant($"1 to {Procedure.LongestText} characters")));
        var rules = await RulesAsync(known, cancellationToken);
        return await store.WriteAsync<Procedure>(
            actor,
            async (write, token) =>
            {
                if (await write.Db.Set<Procedure>().FirstOrDefaultAsync(row => row.Release == known.Version && row.RolloutId == null && row.ClosedAt == null, token) is { } open)
                    return Refusal.Conflict("procedure_open", $"{open.OpenedBy} has opened a procedure for {known.Version} already.", $"See /recovery/{open.Id}.");
                var opened = Procedure.Open(Guid.CreateVersion7(write.Now), known.Version, null, null, reason, actor.Name, rules, write.Now);
                write.Add(opened.State);
                write.Append(opened, after: RecoveryWrite.Picture(opened.State));
                return opened.State;
            },
            cancellationToken);
    }

    /// <param name="assigneeId">Null makes it nobody's in particular.</param>
    public async Task<Outcome<Procedure>> AssignAsync(Guid id, long version, string step, Guid? assigneeId, Actor actor, CancellationToken cancellationToken)
    {
        var person = assigneeId is { } wanted ? await people.FindAsync(wanted, cancellationToken) : null;
        if (assigneeId is not null && person is not { IsDisabled: false })
            return Refusal.Invalid("unknown_person", "The step cannot be given to this person.", new RefusalItem("assigneeId", "nobody with this id can sign in", assigneeId.ToString()));
        if (person is not null && !person.May(Permission.TakePart))
            return Refusal.Invalid("unable_person", "The step cannot be given to this person.", new RefusalItem("assigneeId", $"{person.Name} may look and change nothing", assigneeId.ToString()));
        return await DecideAsync(id, version, actor, (procedure, _) => procedure.Assign(step, assigneeId, person?.Name, actor), cancellationToken);
    }

    public Task<Outcome<Procedure>> BeginAsync(Guid id, long version, string step, Actor actor, CancellationToken cancellationToken) =>
        DecideAsync(id, version, actor, (procedure, now) => procedure.Begin(step, actor, now), cancellationToken);

    public Task<Outcome<Procedure>> WriteNoteAsync(Guid id, long version, string step, string note, Actor actor, CancellationToken cancellationToken) =>
        DecideAsync(id, version, actor, (procedure, _) => procedure.WriteNote(step, StorableText.Of(note), actor), cancellationToken);

    /// <param name="note">What was found or done. The post-mortem, where it is not published, is left out only with one.</param>
    public async Task<Outcome<Procedure>> CompleteAsync(Guid id, long version, string step, string note, Actor actor, CancellationToken cancellationToken)
    {
        var completed = await DecideAsync(
            id,
            version,
            actor,
            (procedure, now) => procedure.WhyNotComplete(step, actor) is null && step == RollbackStepKeys.PostMortem && string.IsNullOrWhiteSpace(note)
                ? Refusal.Invalid("note_required", "The post-mortem is left out only with a reason.", new RefusalItem("note", "missing", Expected: "why none is needed; or publish the post-mortem, which completes the step"))
                : procedure.Complete(step, StorableText.Of(note), actor, now),
            cancellationToken);
        if (completed.IsAccepted) await facts.RedraftAsync(id, cancellationToken);
        return completed;
    }

    /// <summary>Opens a step again, those that rest on it, and the post-mortem where its step is one of them.</summary>
    public Task<Outcome<Procedure>> ReopenAsync(Guid id, long version, string step, string reason, Actor actor, CancellationToken cancellationToken) =>
        store.WriteAsync<Procedure>(
            actor,
            async (write, token) =>
            {
                if (await RecoveryWrite.LoadAsync(write, id, token) is not { } procedure) return Refusal.NotFound("procedure", id.ToString());
                var decided = procedure.Reopen(step, StorableText.Of(reason), actor);
                if (Refused(decided, procedure, version) is { } refusal) return refusal;
                if (decided.Value.State.Find(RollbackStepKeys.PostMortem) is { IsCompleted: false }
                    && await write.Db.Set<PostMortem>().FirstOrDefaultAsync(row => row.ProcedureId == id, token) is { } report)
                    RecoveryWrite.Save(write, report, report.Reopen(reason.Trim()));
                return RecoveryWrite.Save(write, procedure, decided.Value);
            },
            cancellationToken);

    public Task<Outcome<Procedure>> CallOffAsync(Guid id, long version, string reason, Actor actor, CancellationToken cancellationToken) =>
        DecideAsync(id, version, actor, (procedure, now) => procedure.CallOff(StorableText.Of(reason), actor, now), cancellationToken);

    /// <summary>Looks at flag and health now, and writes what it sees beside the step Verification.</summary>
    public async Task<Outcome<Procedure>> LookAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.TakePart, "have the product look at a rollback") is { } forbidden) return forbidden;
        var seen = await facts.LookAsync(id, cancellationToken);
        if (!seen.IsAccepted) return seen.Refusal;
        return await DecideAsync(
            id, null, actor, (procedure, now) => procedure.FillIn(Guid.CreateVersion7(now), RollbackStepKeys.Verification, now, seen.Value), cancellationToken);
    }

    private async Task<RollbackProcedure> RulesAsync(ReleaseSummary release, CancellationToken cancellationToken) =>
        (await process.FindAsync(release.ProcessVersion, cancellationToken) ?? process.Current).Document.Rollback;

    private Task<Outcome<Procedure>> DecideAsync(
        Guid id, long? version, Actor actor, Func<Procedure, DateTimeOffset, Outcome<Decision<Procedure>>> decide, CancellationToken cancellationToken) =>
        store.WriteAsync<Procedure>(
            actor,
            async (write, token) =>
            {
                if (await RecoveryWrite.LoadAsync(write, id, token) is not { } procedure) return Refusal.NotFound("procedure", id.ToString());
                var decided = decide(procedure, write.Now);
                return Refused(decided, procedure, version) is { } refusal ? refusal : RecoveryWrite.Save(write, procedure, decided.Value);
            },
            cancellationToken);

    // Who may not is told so, however old what he saw is.
    private static Refusal? Refused(Outcome<Decision<Procedure>> decided, Procedure procedure, long? version) =>
        decided.Refusal is { Kind: RefusalKind.Forbidden or RefusalKind.NotFound } first ? first
        : version is { } seen && seen != procedure.Version ? Refusal.Stale("The procedure")
        : decided.Refusal;
}
