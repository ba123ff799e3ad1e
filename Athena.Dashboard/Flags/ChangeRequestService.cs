using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Flags;

/// <summary>What carrying a request out made: a setting, or a segment.</summary>
/// <param name="Setting">Where the request was about a flag: its setting in the request's environment.</param>
public sealed record AppliedChange(FlagEnvironment? Setting, Segment? Segment);

/// <summary>Changes that are asked for, approved by others, and carried out.</summary>
public sealed class ChangeRequestService(Store store, FlagService flags, FlagDefinitionService definitions, SegmentService segments, IProcessCatalog process)
{
    /// <summary>Asks for a change that the environment wants approved.</summary>
    public Task<Outcome<ChangeRequest>> AskAsync(FlagChange change, string reason, bool letAhead, Actor actor, CancellationToken cancellationToken) =>
        WriteAsync(change, reason, letAhead, actor, (_, before, decided, terms, _) => Task.FromResult(ChangeRequest.Ask(Guid.CreateVersion7(terms.Now), before, decided, terms).Then(Made)), cancellationToken);

    /// <summary>Asks for other values, which an environment whose users would get them wants approved.</summary>
    public Task<Outcome<ChangeRequest>> AskAsync(DefinitionChange change, string reason, Actor actor, CancellationToken cancellationToken) =>
        AskAsync(actor, (write, token) => AskedAsync(write, change, reason, actor, token), cancellationToken);

    /// <summary>Asks for another segment, which an environment whose users would come to be exposed by it wants approved.</summary>
    public Task<Outcome<ChangeRequest>> AskAsync(SegmentChange change, string reason, Actor actor, CancellationToken cancellationToken) =>
        AskAsync(actor, (write, token) => AskedAsync(write, change, reason, actor, token), cancellationToken);

    private async Task<Outcome<ChangeRequest>> AskAsync(Actor actor, Func<Write, CancellationToken, Task<Outcome<Decision<ChangeRequest>>>> askAsync, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.EditFlags, "ask for changes of flags") is { } forbidden) return forbidden;
        return await store.WriteAsync<ChangeRequest>(
            actor,
            async (write, token) =>
            {
                var asked = await askAsync(write, token);
                return asked.IsAccepted ? Save(write, null, asked.Value) : asked.Refusal;
            },
            cancellationToken);
    }

    private async Task<Outcome<Decision<ChangeRequest>>> AskedAsync(Write write, DefinitionChange change, string reason, Actor actor, CancellationToken cancellationToken)
    {
        if (await write.Db.Set<Flag>().AsNoTracking().FirstOrDefaultAsync(row => row.Key == change.Key, cancellationToken) is not { } flag) return Refusal.NotFound("flag", change.Key);
        if (change.Version is { } seen && seen != flag.Version) return Refusal.Stale($"The flag {change.Key}");
        var ground = await VariantGrounds.ReadAsync(write.Db, flag, process.Current.Document, cancellationToken);
        var terms = new DefinitionTerms(actor, process.Current.Document.Environments, reason, null);
        var decided = change.Decide(flag).Then(wanted => flag.Become(wanted, ground, terms.IfApproved()));
        if (!decided.IsAccepted) return decided.Refusal;
        if (decided.Value.Events.IsEmpty) return NothingChanges;
        var raised = FlagDefinition.Effects(flag, decided.Value.State, ground, terms.Environments).Where(effect => effect.Effect == ExposureEffect.Raises);
        if (FlagDefinition.Guarding(raised.Select(effect => effect.Environment)) is not { } guarding) return NotNeeded;
        var setting = ground.Settings.First(setting => setting.Environment == guarding.Key);
        return ChangeRequest.Ask(Guid.CreateVersion7(write.Now), flag, decided.Value.State, setting, terms, write.Now);
    }

    private async Task<Outcome<Decision<ChangeRequest>>> AskedAsync(Write write, SegmentChange change, string reason, Actor actor, CancellationToken cancellationToken)
    {
        var ground = await SegmentUses.GroundAsync(write.Db, change.Key, cancellationToken);
        var before = ground.Segments.GetValueOrDefault(change.Key);
        if (change.Misses(before) is { } missing) return missing;
        var terms = new DefinitionTerms(actor, process.Current.Document.Environments, reason, null);
        var decided = change.Describe(before).Then(wanted => before.Become(wanted, ground, terms.IfApproved(), write.Now));
        if (!decided.IsAccepted) return decided.Refusal;
        if (decided.Value.Events.IsEmpty) return NothingChanges;
        if (SegmentDefinition.Guarding(decided.Value.State, ground, terms.Environments) is not { } guarding) return NotNeeded;
        return ChangeRequest.Ask(Guid.CreateVersion7(write.Now), before, decided.Value.State, guarding, terms, write.Now);
    }

    /// <summary>Asks for something else instead; all approvals are void.</summary>
    /// <param name="version">The request's version that the author saw.</param>
    /// <param name="settingVersion">The setting's version that it is to be made from.</param>
    public async Task<Outcome<ChangeRequest>> ReviseAsync(
        Guid id, long version, long settingVersion, FlagSettings settings, bool enabled, string reason, bool letAhead, Actor actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } known) return Refusal.NotFound("change request", id.ToString());
        if (known.FlagKey is null) return Refusal.Conflict("not_a_setting", "The request is about a segment.", "Bring it up to date, or close it and ask anew.");
        return await ReviseAsync(known, version, FlagChange.Put(known.FlagKey, known.Environment, settingVersion, settings, enabled), reason, letAhead, actor, cancellationToken);
    }

    /// <summary>Asks for the same of flag or segment as they are by now; all approvals are void.</summary>
    /// <param name="version">The request's version that the author saw.</param>
    public async Task<Outcome<ChangeRequest>> RenewAsync(Guid id, long version, Actor actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } known) return Refusal.NotFound("change request", id.ToString());
        if (known is { FlagKey: { } key, After: { } after, FlagAfter: null })
        {
            var change = FlagChange.Put(key, known.Environment, after.Version, FlagSettings.Of(after), after.Enabled) with { Version = null };
            return await ReviseAsync(known, version, change, known.Reason, known.Override, actor, cancellationToken);
        }

        if (actor.Lacks(Permission.EditFlags, "ask for changes of flags") is { } forbidden) return forbidden;
        return await store.WriteAsync<ChangeRequest>(
            actor,
            async (write, token) =>
            {
                var row = await write.Db.Set<ChangeRequest>().FirstAsync(request => request.Id == id, token);
                if (row.Version != version) return Refusal.Stale("The change request");
                var anew = row.FlagAfter is not null
                    ? await AskedAsync(write, DefinitionChange.Of(row) with { Version = null }, row.Reason, actor, token)
                    : await AskedAsync(write, SegmentChange.Of(row, creates: !await write.Db.Set<Segment>().AnyAsync(segment => segment.Key == row.Key, token)), row.Reason, actor, token);
                var renewed = anew.Then(asked => row.Renew(asked.State, actor));
                return renewed.IsAccepted ? Save(write, row, renewed.Value) : renewed.Refusal;
            },
            cancellationToken);
    }

    private Task<Outcome<ChangeRequest>> ReviseAsync(ChangeRequest known, long version, FlagChange change, string reason, bool letAhead, Actor actor, CancellationToken cancellationToken) =>
        WriteAsync(
            change,
            reason,
            letAhead,
            actor,
            async (write, before, decided, terms, token) =>
            {
                var row = await write.Db.Set<ChangeRequest>().FirstAsync(request => request.Id == known.Id, token);
                if (row.Version != version) return Refusal.Stale("The change request");
                return row.Revise(before, decided, terms).Then<Saved>(revised => new Saved(row, revised));
            },
            cancellationToken);

    /// <param name="hash">What the approver saw.</param>
    public Task<Outcome<ChangeRequest>> ApproveAsync(Guid id, string hash, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(id, actor, (request, ground, environment, now) => environment is null ? Gone(request) : request.Approve(hash, ground, environment, actor, now), cancellationToken);

    /// <summary>Takes it back, or turns it down.</summary>
    public Task<Outcome<ChangeRequest>> CloseAsync(Guid id, string reason, Actor actor, CancellationToken cancellationToken) => reason.Length > FlagDecisions.LongestReason
        ? Task.FromResult<Outcome<ChangeRequest>>(Refusal.Invalid("reason_invalid", "The reason is too long.", new RefusalItem("reason", "is too long", $"{reason.Length} characters", $"up to {FlagDecisions.LongestReason} characters")))
        : ChangeAsync(id, actor, (request, _, environment, _) => request.Close(reason, environment, actor), cancellationToken);

    /// <summary>Makes flag or segment what was approved, in one transaction with the mark that it was.</summary>
    public async Task<Outcome<AppliedChange>> ApplyAsync(Guid id, string? confirmation, Actor actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } request) return Refusal.NotFound("change request", id.ToString());
        if (process.Current.Document.FindEnvironment(request.Environment) is not { } environment) return Gone(request);
        var applied = request switch
        {
            { SegmentAfter: not null } => (await ApplySegmentAsync(request, environment, confirmation, actor, cancellationToken)).Then<AppliedChange>(segment => new AppliedChange(null, segment)),
            { FlagAfter: not null } => (await ApplyValuesAsync(request, environment, confirmation, actor, cancellationToken)).Then<AppliedChange>(_ => new AppliedChange(null, null)),
            _ => (await ApplySettingAsync(request, environment, confirmation, actor, cancellationToken)).Then<AppliedChange>(setting => new AppliedChange(setting, null)),
        };
        if (!applied.IsAccepted || request.FlagAfter is null) return applied;
        return new AppliedChange(await store.ReadAsync((db, token) => FlagEnvironments.ReadAsync(db, request.Key, request.Environment, token), cancellationToken), null);
    }

    private Task<Outcome<FlagEnvironment>> ApplySettingAsync(ChangeRequest request, TargetEnvironment environment, string? confirmation, Actor actor, CancellationToken cancellationToken)
    {
        var change = FlagChange.Put(request.Key, request.Environment, request.Before!.Version, FlagSettings.Of(request.After!), request.After!.Enabled);
        return flags.DecideAsync(
            request.Key,
            request.Environment,
            version: null,
            request.Reason,
            new Consent(confirmation, request.Override),
            actor,
            (setting, terms) => change.Decide(setting, terms with { Approved = true }),
            cancellationToken,
            async (write, token) => await MarkAsync(write, request, environment, token) is { } against ? against : false,
            change.PrepareAsync);
    }

    private async Task<Outcome<Flag>> ApplyValuesAsync(ChangeRequest request, TargetEnvironment environment, string? confirmation, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.EditFlags, "edit flags") is { } forbidden) return forbidden;
        return await definitions.DecideAsync(
            // Whether the flag is still what it was made from is asked with the request, which says what to do about it.
            DefinitionChange.Of(request) with { Version = null },
            Approved(request, confirmation, actor),
            cancellationToken,
            (write, _, token) => MarkAsync(write, request, environment, token));
    }

    private Task<Outcome<Segment>> ApplySegmentAsync(ChangeRequest request, TargetEnvironment environment, string? confirmation, Actor actor, CancellationToken cancellationToken) =>
        segments.DecideAsync(
            SegmentChange.Of(request, creates: request.SegmentBefore is null),
            Approved(request, confirmation, actor),
            cancellationToken,
            // Flags may have come to name the segment since, where others would have to approve.
            (write, ground, next, token) => SegmentDefinition.Guarding(next, ground, process.Current.Document.Environments) is { } guarding && guarding.Key != environment.Key
                ? Task.FromResult<Refusal?>(request.Overtaken)
                : MarkAsync(write, request, environment, token));

    private DefinitionTerms Approved(ChangeRequest request, string? confirmation, Actor actor) =>
        new(actor, process.Current.Document.Environments, request.Reason, confirmation) { Approved = true };

    /// <summary>Marks a request as carried out, in the transaction that does so.</summary>
    /// <returns>Why it may not be.</returns>
    private static async Task<Refusal?> MarkAsync(Write write, ChangeRequest request, TargetEnvironment environment, CancellationToken cancellationToken)
    {
        var row = await write.Db.Set<ChangeRequest>().FirstAsync(other => other.Id == request.Id, cancellationToken);
        // What was read ahead of the transaction is carried out only if it is still what was approved.
        if (row.Hash != request.Hash) return Refusal.Stale("The change request");
        var applied = row.Apply(await GroundAsync(write.Db, row, cancellationToken), environment);
        if (!applied.IsAccepted) return applied.Refusal;
        Save(write, row, applied.Value);
        return null;
    }

    private static async Task<ChangeRequestGround> GroundAsync(AthenaDbContext db, ChangeRequest request, CancellationToken cancellationToken) => request.FlagKey is { } key
        ? new(await FlagEnvironments.ReadAsync(db, key, request.Environment, cancellationToken), await db.Set<Flag>().AsNoTracking().FirstOrDefaultAsync(flag => flag.Key == key, cancellationToken), null)
        : new(null, null, await db.Set<Segment>().AsNoTracking().FirstOrDefaultAsync(segment => segment.Key == request.Key, cancellationToken));

    private async Task<Outcome<ChangeRequest>> WriteAsync(
        FlagChange change,
        string reason,
        bool letAhead,
        Actor actor,
        Func<Write, FlagEnvironment, Decision<FlagEnvironment>, ChangeTerms, CancellationToken, Task<Outcome<Saved>>> decide,
        CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.EditFlags, "ask for changes of flags") is { } forbidden) return forbidden;
        if (process.Current.Document.FindEnvironment(change.Environment) is not { } environment) return Refusal.NotFound("environment", change.Environment);
        if (actor.Environment is { } bound && bound != environment.Key) return Refusal.Forbidden($"{actor.Name} belongs to the environment {bound}.");
        return await store.WriteAsync<ChangeRequest>(
            actor,
            async (write, token) =>
            {
                if (await write.Db.Set<Flag>().AsNoTracking().FirstOrDefaultAsync(row => row.Key == change.Key, token) is not { } flag) return Refusal.NotFound("flag", change.Key);
                var before = await FlagEnvironments.ReadAsync(write.Db, change.Key, environment.Key, token);
                if (change.Version is { } seen && seen != before.Version) return Refusal.Stale($"The setting of {change.Key} in {environment.Key}");
                var terms = new ChangeTerms(actor, environment, reason, new Consent(null, letAhead), write.Now)
                {
                    Previous = await FlagEnvironments.PreviousAsync(write.Db, flag, environment, process.Current.Document, token),
                    Scope = await change.PrepareAsync(write.Db, flag, before, token),
                };
                var decided = change.Decide(before, terms.IfApproved());
                if (!decided.IsAccepted) return decided.Refusal;
                var saved = await decide(write, before, decided.Value, terms, token);
                return saved.IsAccepted ? Save(write, saved.Value.Row, saved.Value.Decision) : saved.Refusal;
            },
            cancellationToken);
    }

    private Task<Outcome<ChangeRequest>> ChangeAsync(
        Guid id, Actor actor, Func<ChangeRequest, ChangeRequestGround, TargetEnvironment?, DateTimeOffset, Outcome<Decision<ChangeRequest>>> decide, CancellationToken cancellationToken) =>
        store.WriteAsync<ChangeRequest>(
            actor,
            async (write, token) =>
            {
                if (await write.Db.Set<ChangeRequest>().FirstOrDefaultAsync(request => request.Id == id, token) is not { } row) return Refusal.NotFound("change request", id.ToString());
                var decided = decide(row, await GroundAsync(write.Db, row, token), process.Current.Document.FindEnvironment(row.Environment), write.Now);
                return decided.IsAccepted ? Save(write, row, decided.Value) : decided.Refusal;
            },
            cancellationToken);

    private Task<ChangeRequest?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        store.ReadAsync((db, token) => db.Set<ChangeRequest>().FirstOrDefaultAsync(request => request.Id == id, token), cancellationToken);

    private static ChangeRequest Save(Write write, ChangeRequest? row, Decision<ChangeRequest> decided)
    {
        if (decided.Events.IsEmpty) return row!;
        if (row is null)
        {
            write.Add(decided.State);
            write.Append(decided, after: decided.State);
            return decided.State;
        }

        var before = row with { };
        var next = decided.State with { Version = write.Replace(row, decided.State) };
        write.Append(decided, before, next);
        return next;
    }

    private static Outcome<Saved> Made(Decision<ChangeRequest> decided) => new Saved(null, decided);

    private static Refusal NothingChanges => Refusal.Conflict("nothing_changes", "The change makes nothing different.");

    private static Refusal NotNeeded => Refusal.Conflict("approval_not_needed", "The change needs nobody's approval.", "Make it.");

    private static Refusal Gone(ChangeRequest request) => Refusal.Conflict("environment_gone", $"The process knows no environment {request.Environment} any more.");

    /// <param name="Row">As the write loaded it; null when the request is new.</param>
    private sealed record Saved(ChangeRequest? Row, Decision<ChangeRequest> Decision);
}
