using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Recovery.Contracts;

namespace Athena.Dashboard.Recovery.Domain;

/// <summary>A rollback as people work through it: the steps of the process, each with an owner and a time.</summary>
public sealed partial record Procedure : IVersioned
{
    public const int LongestText = 2000;

    public required Guid Id { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>The release's version.</summary>
    public required string Release { get; init; }

    /// <summary>What is taken back; null as long as nothing is.</summary>
    public Guid? RolloutId { get; init; }

    /// <summary>For people: <c>database-views-v2 in production</c>; null as long as nothing is taken back.</summary>
    public string? What { get; init; }

    public required string Reason { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    public required string OpenedBy { get; init; }

    /// <summary>Who leads it.</summary>
    public required Role Owner { get; init; }

    public required ImmutableArray<ProcedureStep> Steps { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Why nothing was taken back after all, or null.</summary>
    public string? CalledOffBecause { get; init; }

    public bool IsOpen => ClosedAt is null;

    /// <summary>The first step that is not completed.</summary>
    public ProcedureStep? Next => IsOpen ? Steps.FirstOrDefault(step => !step.IsCompleted) : null;

    public int Overdue(DateTimeOffset now) => IsOpen ? Steps.Count(step => step.IsOverdue(now)) : 0;

    public ProcedureStep? Find(string key) => Steps.FirstOrDefault(step => step.Key == key);

    /// <summary>
    /// Steps that have to be completed before this one. Assessing, telling people and taking back go on side by side:
    /// what lowers exposure waits for nobody. It is verified once it is taken back, and everything else waits for all.
    /// </summary>
    public ImmutableArray<ProcedureStep> AwaitedBy(ProcedureStep step) => step.Key switch
    {
        RollbackStepKeys.Assessment or RollbackStepKeys.Communication or RollbackStepKeys.Execution => [],
        RollbackStepKeys.Verification => [.. Steps.TakeWhile(one => one.Key != step.Key).Where(one => one.Key == RollbackStepKeys.Execution)],
        _ => [.. Steps.TakeWhile(one => one.Key != step.Key)],
    };

    /// <summary>Null when the actor may work on this step, else who can.</summary>
    public Refusal? Denies(ProcedureStep step, Actor actor) =>
        actor.May(Permission.LowerExposure) || (actor.May(Permission.TakePart) && (actor.Is(step.Owner) || actor.Is(Owner) || actor.Id == step.AssigneeId))
            ? null
            : Refusal.Forbidden(
                $"{actor.Name} may not work on “{step.Title}”.",
                [.. step.AssigneeName is { } name ? new[] { name } : [], .. Permission.LowerExposure.Holders().Append(step.Owner).Append(Owner).Distinct().Select(role => role.Title())]);

    /// <param name="rolloutId">Null when somebody opens it before anything is taken back.</param>
    public static Decision<Procedure> Open(
        Guid id, string release, Guid? rolloutId, string? what, string reason, string by, RollbackProcedure process, DateTimeOffset now) => new(
        new Procedure
        {
            Id = id,
            Release = release,
            RolloutId = rolloutId,
            What = what,
            Reason = reason,
            OpenedAt = now,
            OpenedBy = by,
            Owner = process.Owner,
            Steps =
            [
                .. process.Steps.Select(step => new ProcedureStep
                {
                    Key = step.Key,
                    Title = step.Title,
                    Text = step.Text,
                    Owner = step.Owner,
                    DueAt = now + step.Within,
                }),
            ],
        },
        [new ProcedureOpened(id, release, rolloutId, reason)]);

    public Outcome<Decision<Procedure>> Assign(string key, Guid? assigneeId, string? name, Actor actor)
    {
        if (Unfit(key, actor) is { } refusal) return refusal;
        var step = Find(key)!;
        return step.AssigneeId == assigneeId
            ? new Decision<Procedure>(this, [])
            : Put(step with { AssigneeId = assigneeId, AssigneeName = name }, new StepAssigned(Id, Release, key, assigneeId, name));
    }

    public Outcome<Decision<Procedure>> Begin(string key, Actor actor, DateTimeOffset now)
    {
        if (Unfit(key, actor) is { } refusal) return refusal;
        var step = Find(key)!;
        return step.BegunAt is not null
            ? new Decision<Procedure>(this, [])
            : Put(step with { BegunAt = now, BegunBy = actor.Name }, new StepBegun(Id, Release, key));
    }

    /// <summary>Adds to or changes what people wrote about a step, whether it is completed or not.</summary>
    public Outcome<Decision<Procedure>> WriteNote(string key, string note, Actor actor)
    {
        note = note.Trim();
        if (Find(key) is not { } step) return Refusal.NotFound("step", key);
        if (Denies(step, actor) is { } denied) return denied;
        if (TooLong("note", note) is { } tooLong) return tooLong;
        return note == step.Note ? new Decision<Procedure>(this, []) : Put(step with { Note = note }, new StepNoted(Id, Release, key, note));
    }

    /// <param name="note">What was found or done; empty leaves what is there.</param>
    public Outcome<Decision<Procedure>> Complete(string key, string note, Actor actor, DateTimeOffset now)
    {
        note = note.Trim();
        if (WhyNotComplete(key, actor) is { } refusal) return refusal;
        if (TooLong("note", note) is { } tooLong) return tooLong;
        return Finished(Find(key)!, note, actor.Name, now);
    }

    /// <summary>Everything that stands in the way of completing a step; null when nothing does. The page's button says the same.</summary>
    public Refusal? WhyNotComplete(string key, Actor actor)
    {
        if (Unfit(key, actor) is { } refusal) return refusal;
        var step = Find(key)!;
        var open = AwaitedBy(step).Where(one => !one.IsCompleted).ToList();
        return open.Count == 0
            ? null
            : Refusal.Conflict("step_early", $"“{step.Title}” is completed after {string.Join(" and ", open.Select(one => one.Title))}.") with
            {
                Items = [.. open.Select(one => new RefusalItem(one.Title, "is not completed", WhoCan: one.AssigneeName ?? one.Owner.Title(), Since: OpenedAt))],
            };
    }

    /// <summary>Takes a completion back, and those of the steps that rest on it.</summary>
    public Outcome<Decision<Procedure>> Reopen(string key, string reason, Actor actor)
    {
        reason = reason.Trim();
        if (Find(key) is not { } step) return Refusal.NotFound("step", key);
        if (Denies(step, actor) is { } denied) return denied;
        if (CalledOffBecause is { } because) return CalledOff(because);
        if (!step.IsCompleted) return Refusal.Conflict("step_open", $"“{step.Title}” is open already.");
        if (reason.Length == 0) return Refusal.Invalid("reason_required", $"“{step.Title}” is opened again only with a reason.", new RefusalItem("reason", "missing", Expected: FormattableString.Invariant($"1 to {LongestText} characters")));
        if (TooLong("reason", reason) is { } tooLong) return tooLong;
        var next = this with { ClosedAt = null, Steps = [.. Steps.Select(one => one.Key == key || (one.IsCompleted && RestsOn(one, step)) ? Opened(one, reason) : one)] };
        return new Decision<Procedure>(next, [.. next.Steps.Where(one => !one.IsCompleted && Find(one.Key)!.IsCompleted).Select(one => new StepReopened(Id, Release, one.Key, reason))]);
    }

    /// <summary>Nothing is taken back after all; only for a procedure that somebody opened by hand.</summary>
    public Outcome<Decision<Procedure>> CallOff(string reason, Actor actor, DateTimeOffset now)
    {
        reason = reason.Trim();
        if (actor.Lacks(Permission.LowerExposure, "call off the procedure of a rollback") is { } forbidden) return forbidden;
        if (CalledOffBecause is { } because) return CalledOff(because);
        if (RolloutId is not null) return Refusal.Conflict("rollback_done", $"{What} is taken back: the procedure cannot be called off any more.", "Work through its steps; what a step does not need can be said in its note.");
        if (!IsOpen) return Closed();
        if (reason.Length == 0) return Refusal.Invalid("reason_required", "The procedure is called off only with a reason.", new RefusalItem("reason", "missing", Expected: FormattableString.Invariant($"1 to {LongestText} characters")));
        if (TooLong("reason", reason) is { } tooLong) return tooLong;
        return new Decision<Procedure>(this with { ClosedAt = now, CalledOffBecause = reason }, [new ProcedureCalledOff(Id, Release, reason)]);
    }

    // What a step rests on can rest on something itself; the order of the steps ends it.
    private bool RestsOn(ProcedureStep step, ProcedureStep ground) =>
        AwaitedBy(step).Any(one => one.Key == ground.Key || RestsOn(one, ground));

    private static ProcedureStep Opened(ProcedureStep step, string reason) => step with { CompletedAt = null, CompletedBy = null, ReopenedBecause = reason };

    private Refusal? Unfit(string key, Actor actor)
    {
        if (Find(key) is not { } step) return Refusal.NotFound("step", key);
        if (Denies(step, actor) is { } denied) return denied;
        if (CalledOffBecause is { } because) return CalledOff(because);
        return step.IsCompleted ? Refusal.Conflict("step_completed", $"“{step.Title}” was completed by {step.CompletedBy} already.", "Open it again first, with a reason.") : null;
    }

    private Decision<Procedure> Put(ProcedureStep step, params ReadOnlySpan<IDomainEvent> events) =>
        new(this with { Steps = [.. Steps.Select(one => one.Key == step.Key ? step : one)] }, [.. events]);

    private Decision<Procedure> Finished(ProcedureStep step, string note, string by, DateTimeOffset now)
    {
        var done = step with
        {
            BegunAt = step.BegunAt ?? now,
            BegunBy = step.BegunBy ?? by,
            CompletedAt = now,
            CompletedBy = by,
            Note = note.Length > 0 ? note : step.Note,
            ReopenedBecause = null,
        };
        var (next, events) = Put(done, new StepCompleted(Id, Release, step.Key, done.Note));
        return next.Steps.All(one => one.IsCompleted)
            ? new Decision<Procedure>(next with { ClosedAt = now }, events.Add(new ProcedureClosed(Id, Release)))
            : new Decision<Procedure>(next, events);
    }

    private static Refusal? TooLong(string field, string text) => text.Length <= LongestText
        ? null
        : Refusal.Invalid("text_too_long", $"The {field} is too long.", new RefusalItem(field, "too long", FormattableString.Invariant($"{text.Length} characters"), FormattableString.Invariant($"at most {LongestText} characters")));

    private static Refusal CalledOff(string because) => Refusal.Conflict("procedure_called_off", $"The procedure was called off: {because}", "Open another one for the release.");

    private static Refusal Closed() => Refusal.Conflict("procedure_closed", "All steps of the procedure are completed.", "Open a step again first, with a reason.");
}
