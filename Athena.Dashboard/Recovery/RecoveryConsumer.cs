using System.Collections.Immutable;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Recovery.Domain;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Recovery;

/// <summary>
/// Opens the procedure of every rollback and writes down what the product does and sees. An event that comes again
/// changes nothing: a rollout has one procedure, and what an event said is written down once under its id. What a drill
/// takes back is the drill's own business.
/// </summary>
internal sealed class RecoveryConsumer(Store store, IReleaseLookup releases, IProcessCatalog process, IRollbackRecords rollbacks, RecoveryFacts facts) : IEventConsumer
{
    public string Name => "recovery";

    public bool Concerns(EventEnvelope envelope) =>
        envelope.Is<RollbackDecided>() || envelope.Is<ExposureSteppedDown>() || envelope.Is<RollbackHurried>() || envelope.Is<RolloutRolledBack>();

    public async Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken)
    {
        if (envelope.Event is not RolloutEvent { Rollout: var rollout } happened) return;
        var (id, at, by) = (envelope.Row.Id, envelope.At, envelope.Row.ActorName);
        switch (happened)
        {
            case RollbackDecided decided:
                await OpenAsync(id, decided, envelope.Row.ActorKind, by, at, cancellationToken);
                break;
            case ExposureSteppedDown down:
                await FollowAsync(rollout, procedure => procedure.FillIn(id, RollbackStepKeys.Execution, at, $"Back to {down.To.Percentage} of {down.To.Name}."), cancellationToken);
                break;
            case RollbackHurried hurried:
                await FollowAsync(rollout, procedure => procedure.FillIn(id, RollbackStepKeys.Execution, at, $"Not waited for, by {by}: {hurried.Reason}"), cancellationToken);
                break;
            case RolloutRolledBack:
                await FinishAsync(id, rollout, by, at, cancellationToken);
                break;
        }
    }

    private async Task OpenAsync(Guid source, RollbackDecided decided, ActorKind kind, string by, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var rollout = decided.Rollout;
        var number = (await releases.FindAsync(rollout.Release, cancellationToken))?.ProcessVersion;
        var rules = ((number is { } version ? await process.FindAsync(version, cancellationToken) : null) ?? process.Current).Document.Rollback;
        await WriteAsync(
            async (write, token) =>
            {
                var procedures = write.Db.Set<Procedure>();
                if (await procedures.AnyAsync(row => row.RolloutId == rollout.Id, token) || await write.Db.Set<Drill>().AnyAsync(row => row.RolloutId == rollout.Id, token)) return Done.Yes;
                if (await procedures.FirstOrDefaultAsync(row => row.Release == rollout.Release && row.RolloutId == null && row.ClosedAt == null, token) is { } waiting)
                {
                    RecoveryWrite.Save(write, waiting, waiting.Join(rollout.Id, rollout.ToString(), decided.Reason).With(next => next.Decided(source, Procedure.EvidenceOf(decided), kind != ActorKind.System, by, at)));
                    return Done.Yes;
                }

                var opened = Procedure.Open(Guid.CreateVersion7(write.Now), rollout.Release, rollout.Id, rollout.ToString(), decided.Reason, by, rules, at)
                    .With(next => next.Decided(source, Procedure.EvidenceOf(decided), kind != ActorKind.System, by, at));
                write.Add(opened.State);
                write.Append(opened, after: RecoveryWrite.Picture(opened.State));
                return Done.Yes;
            },
            cancellationToken);
    }

    private async Task FinishAsync(Guid source, RolloutName rollout, string by, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (await rollbacks.FindAsync(rollout.Id, cancellationToken) is not { } record) return;
        var journal = record.Journal.Select(part => (part.DoneAt ?? at, $"{part.Title}: {part.Outcome ?? "done"}")).ToImmutableArray();
        var seen = await facts.LookAsync(rollout.Id, record, cancellationToken);
        await FollowAsync(
            rollout,
            procedure => procedure.TakenBack(source, journal, record.Journal.All(part => part is { IsRefused: false, DoneAt: not null }), by, at)
                .With(next => next.FillIn(source, RollbackStepKeys.Verification, at, seen)),
            cancellationToken);
        if (await FindAsync(rollout.Id, cancellationToken) is { } procedure) await facts.RedraftAsync(procedure.Id, cancellationToken);
    }

    private Task FollowAsync(RolloutName rollout, Func<Procedure, Decision<Procedure>> decide, CancellationToken cancellationToken) =>
        WriteAsync(
            async (write, token) =>
            {
                if (await write.Db.Set<Procedure>().FirstOrDefaultAsync(row => row.RolloutId == rollout.Id, token) is { } procedure)
                    RecoveryWrite.Save(write, procedure, decide(procedure));
                return Done.Yes;
            },
            cancellationToken);

    // What is not written comes again with its event.
    private async Task WriteAsync(Func<Write, CancellationToken, Task<Outcome<Done>>> work, CancellationToken cancellationToken)
    {
        if ((await store.WriteByItselfAsync(RecoveryFacts.Recorder, work, cancellationToken)).Refusal is { } stale) throw new InvalidOperationException(stale.Title);
    }

    private Task<Procedure?> FindAsync(Guid rolloutId, CancellationToken cancellationToken) =>
        store.ReadAsync((db, token) => db.Set<Procedure>().FirstOrDefaultAsync(row => row.RolloutId == rolloutId, token), cancellationToken);
}
