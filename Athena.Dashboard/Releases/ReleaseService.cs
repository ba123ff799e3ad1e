using System.Collections.Immutable;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Releases.Domain;
using Athena.Dashboard.Releases.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Releases;

/// <param name="OwnerId">Null for whoever plans it.</param>
/// <param name="Version">Null for the next one of the type.</param>
public sealed record ReleaseInput(
    string? Type,
    string? Version,
    string? Title,
    DateOnly? TargetDate,
    string? Zone,
    Guid? OwnerId,
    string? UserValue,
    ImmutableArray<KnownIssue> KnownIssues);

/// <param name="OwnerId">Null keeps the owner.</param>
public sealed record ReleaseEdit(string? Title, Guid? OwnerId, string? UserValue, ImmutableArray<KnownIssue> KnownIssues);

/// <summary>Commands of people on releases. Those of rollouts are in <see cref="ReleaseProgress"/>.</summary>
public sealed class ReleaseService(
    Store store,
    ReleaseWriter writer,
    IProcessCatalog process,
    IPeople people,
    IGateVerdicts gates,
    IEnumerable<IReleaseRollouts> rollouts,
    ReleaseIntents intents)
{
    public async Task<Outcome<Release>> PlanAsync(ReleaseInput input, Actor actor, CancellationToken cancellationToken)
    {
        var owner = await OwnerAsync(input.OwnerId ?? actor.Id, cancellationToken);
        var plan = new ReleasePlan(input.Type, input.Version, input.Title, input.TargetDate, input.Zone, owner, input.UserValue, input.KnownIssues);
        var planned = await writer.AddAsync(
            actor,
            async (write, token) =>
            {
                var (existing, released) = await ReadVersionsAsync(write.Db, token);
                var decided = ReleaseDecisions.Plan(plan, process.Current, existing, released, actor, write.Now);
                if (!decided.IsAccepted) return decided.Refusal;
                write.Add(decided.Value.State);
                write.Append(decided.Value, after: decided.Value.State);
                ReleaseIntents.Add(write, decided.Value.State.Semver, ReleaseIntentKind.OpenGates);
                return decided.Value.State;
            },
            cancellationToken);
        if (planned.IsAccepted) await intents.TryCarryOutAsync(actor, cancellationToken);
        return planned;
    }

    /// <param name="version">The row's version that the actor saw.</param>
    public async Task<Outcome<Release>> EditAsync(string semver, long version, ReleaseEdit edit, Actor actor, CancellationToken cancellationToken)
    {
        ReleaseOwner? owner = null;
        if (edit.OwnerId is { } ownerId && (owner = await OwnerAsync(ownerId, cancellationToken)) is null)
            return Refusal.Invalid("owner_unknown", "Nobody of that id may sign in.", new RefusalItem("ownerId", "is nobody's", ownerId.ToString(), "the id of an account"));
        return await writer.DecideAsync(
            semver, version, actor, (release, _) => release.Edit(edit.Title, owner, edit.UserValue, edit.KnownIssues, actor), cancellationToken);
    }

    public async Task<Outcome<Release>> RescheduleAsync(
        string semver, long version, DateOnly? target, string? zone, string? reason, Actor actor, CancellationToken cancellationToken)
    {
        var moved = await writer.DecideAsync(
            semver, version, actor, (release, now) => release.Reschedule(target, zone, reason, actor, now), cancellationToken, ReleaseIntentKind.MoveGates);
        if (moved.IsAccepted) await intents.TryCarryOutAsync(actor, cancellationToken);
        return moved;
    }

    public async Task<Outcome<Release>> TransitionAsync(
        string semver, long version, ReleaseState to, string? reason, Actor actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(semver, cancellationToken) is not { } seen) return Refusal.NotFound("release", semver);
        // Asked before the transaction: no slice calls another inside its own. An item that is un-ticked in between
        // holds the first stage of the rollout instead.
        var verdict = await VerdictAsync(seen, to, cancellationToken);
        var underWay = await RolloutsAsync(semver, cancellationToken);
        var moved = await writer.DecideAsync(
            semver, version, actor, (release, now) => release.Transition(to, reason, verdict, underWay, actor, now), cancellationToken, ReleaseWriter.ClosingOf(to));
        if (moved.IsAccepted) await intents.TryCarryOutAsync(actor, cancellationToken);
        return moved;
    }

    internal static async Task<(List<SemanticVersion> Existing, List<SemanticVersion> Released)> ReadVersionsAsync(AthenaDbContext db, CancellationToken cancellationToken)
    {
        var rows = await db.Set<Release>().Select(release => new { release.Semver, release.State }).ToListAsync(cancellationToken);
        var known = rows.ConvertAll(row => (Version: SemanticVersion.TryParse(row.Semver, out var version) ? version! : throw new FormatException(row.Semver), row.State));
        return (known.ConvertAll(row => row.Version), [.. known.Where(row => row.State is ReleaseState.Completed or ReleaseState.RollingOut).Select(row => row.Version)]);
    }

    private async Task<GateVerdict> VerdictAsync(Release release, ReleaseState to, CancellationToken cancellationToken)
    {
        var document = (await process.FindAsync(release.ProcessVersion, cancellationToken))!.Document;
        var sets = document.GateSetsOf(release.State, to);
        return await gates.EvaluateAsync(ReleaseSubject.Of(release.Semver), [.. sets.Select(set => set.Key)], cancellationToken);
    }

    private async Task<ImmutableArray<RolloutOfRelease>> RolloutsAsync(string semver, CancellationToken cancellationToken)
    {
        var all = ImmutableArray<RolloutOfRelease>.Empty;
        foreach (var source in rollouts) all = all.AddRange(await source.ListAsync([semver], cancellationToken));
        return all;
    }

    private async Task<ReleaseOwner?> OwnerAsync(Guid id, CancellationToken cancellationToken) =>
        await people.FindAsync(id, cancellationToken) is { IsDisabled: false } person ? new ReleaseOwner(person.Id, person.Name) : null;

    private Task<Release?> FindAsync(string semver, CancellationToken cancellationToken) =>
        store.ReadAsync((db, token) => db.Set<Release>().FirstOrDefaultAsync(row => row.Semver == semver, token), cancellationToken);
}
