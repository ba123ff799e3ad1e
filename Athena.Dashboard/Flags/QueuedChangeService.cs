using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Flags;

/// <summary>Changes that are made by themselves at an instant.</summary>
public sealed class QueuedChangeService(Store store, FlagService flags, IProcessCatalog process)
{
    /// <summary>Queues a change. Everything that stood against making it now stands against queueing it.</summary>
    public async Task<Outcome<QueuedChange>> QueueAsync(
        FlagChange change, DateTimeOffset at, string? zone, string reason, Consent consent, Actor actor, CancellationToken cancellationToken)
    {
        if (process.Current.Document.FindEnvironment(change.Environment) is not { } environment) return Refusal.NotFound("environment", change.Environment);
        if (actor.Environment is { } bound && bound != environment.Key) return Refusal.Forbidden($"{actor.Name} belongs to the environment {bound}.");
        if (ZonedTime.Fault(zone, "zone") is { } fault) return Refusal.Invalid("queued_change_invalid", "The change cannot be queued like that.", fault);
        return await store.WriteAsync<QueuedChange>(
            actor,
            async (write, token) =>
            {
                if (await write.Db.Set<Flag>().AsNoTracking().FirstOrDefaultAsync(row => row.Key == change.Key, token) is not { } flag) return Refusal.NotFound("flag", change.Key);
                var now = await FlagEnvironments.ReadAsync(write.Db, change.Key, change.Environment, token);
                if (change.Version is { } seen && seen != now.Version) return Refusal.Stale($"The setting of {change.Key} in {environment.Key}");
                var waiting = await WaitingAsync(write.Db, change.Key, change.Environment, token);
                if (waiting.Count >= QueuedChange.MostWaiting) return Refusal.Conflict("queue_full", $"{QueuedChange.MostWaiting} changes of {change.Key} wait already.", "Take one back first.");
                var before = waiting.LastOrDefault(queued => queued.At <= at) is { } ahead ? ahead.After with { Version = now.Version } : now;
                var terms = new ChangeTerms(actor, environment, reason, consent, write.Now)
                {
                    Previous = await FlagEnvironments.PreviousAsync(write.Db, flag, environment, process.Current.Document, token),
                    Scope = await change.PrepareAsync(write.Db, flag, before, token),
                };
                var decided = change.Decide(before, terms);
                if (!decided.IsAccepted) return decided.Refusal;
                var queued = QueuedChange.Queue(Guid.CreateVersion7(write.Now), before, decided.Value, at, zone, terms);
                if (!queued.IsAccepted) return queued.Refusal;
                write.Add(queued.Value.State);
                write.Append(queued.Value, after: queued.Value.State);
                return queued.Value.State;
            },
            cancellationToken);
    }

    /// <summary>Takes one back; open to everybody who may change flags there, for nothing happens then.</summary>
    public Task<Outcome<QueuedChange>> CancelAsync(Guid id, Actor actor, CancellationToken cancellationToken) => ChangeAsync(
        id,
        actor,
        queued => process.Current.Document.FindEnvironment(queued.Environment) is { } environment && FlagDecisions.Lacks(actor, environment, ExposureEffect.Lowers) is { } lacking ? lacking : queued.Cancel(),
        cancellationToken);

    /// <summary>Makes one whose time has come: once, in one transaction with the mark that it was; or says why not.</summary>
    public async Task FollowAsync(QueuedChange due, CancellationToken cancellationToken)
    {
        var actor = Actor.System("flag schedule");
        var made = await flags.DecideAsync(
            due.FlagKey,
            due.Environment,
            version: null,
            due.Reason,
            new Consent(due.Environment, due.Override),
            actor,
            due.Make,
            cancellationToken,
            async (write, token) =>
            {
                var row = await write.Db.Set<QueuedChange>().FirstAsync(queued => queued.Id == due.Id, token);
                var marked = row.Made();
                if (!marked.IsAccepted) return marked.Refusal;
                Save(write, row, marked.Value);
                return false;
            },
            (db, flag, _, token) => TargetingScopes.ForAsync(db, flag, due.Environment, FlagSettings.Of(due.After), token));
        // A row that moved meanwhile was followed by another node, or is looked at again.
        if (made.Refusal is { Code: not "queued_change_over", Kind: not RefusalKind.Stale } against)
            await ChangeAsync(due.Id, actor, queued => queued.Refuse($"{against.Title} {string.Join(" ", against.Items.Select(item => $"{item.Place} {item.Message}."))}".Trim()), cancellationToken);
    }

    private Task<Outcome<QueuedChange>> ChangeAsync(Guid id, Actor actor, Func<QueuedChange, Outcome<Decision<QueuedChange>>> decide, CancellationToken cancellationToken) =>
        store.WriteAsync<QueuedChange>(
            actor,
            async (write, token) =>
            {
                if (await write.Db.Set<QueuedChange>().FirstOrDefaultAsync(queued => queued.Id == id, token) is not { } row) return Refusal.NotFound("queued change", id.ToString());
                var decided = decide(row);
                return decided.IsAccepted ? Save(write, row, decided.Value) : decided.Refusal;
            },
            cancellationToken);

    private static QueuedChange Save(Write write, QueuedChange row, Decision<QueuedChange> decided)
    {
        var before = row with { };
        var next = decided.State with { Version = write.Replace(row, decided.State) };
        write.Append(decided, before, next);
        return next;
    }

    private static Task<List<QueuedChange>> WaitingAsync(AthenaDbContext db, string key, string environment, CancellationToken cancellationToken) =>
        db.Set<QueuedChange>().AsNoTracking().Where(queued => queued.State == QueuedChangeState.Waiting && queued.FlagKey == key && queued.Environment == environment)
            .OrderBy(queued => queued.At).ThenBy(queued => queued.CreatedAt).ToListAsync(cancellationToken);
}
