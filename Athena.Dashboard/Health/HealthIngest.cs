using System.Globalization;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Health;

/// <summary>
/// Takes batches. Taken means counted in memory; the windows that rules look at are right from then on, and the
/// writer stores it within a second.
/// </summary>
public sealed class HealthIngest(
    HealthMeters meters, HealthBacklog backlog, HealthSuspicions suspicions, IRolloutDirectory rollouts, IProcessCatalog process, IOptions<HealthOptions> options, TimeProvider clock) : IHealthIntake
{
    internal static readonly Refusal TooMany =
        new(RefusalKind.TooMany, "too_many_requests", "More batches come with this key than one key may send.", "Send the same batch again in a second, or report less often.");

    private static readonly Refusal NoRoom =
        new(RefusalKind.TooMany, "too_many", "More batches wait to be stored than memory is set aside for.", "Send the same batch again in a second; its batchId keeps it from being counted twice.");

    private (ProcessVersion Version, HashSet<string> Names)? ownCounts;

    /// <returns>
    /// Refused with <c>too_large</c>, <c>too_many</c> (try again in a second), <c>malformed_json</c>,
    /// <c>invalid_batch</c> (every fault), <c>key_without_environment</c>, <c>rollout_unknown</c>, <c>forbidden</c> (the rollout is in another environment).
    /// </returns>
    public async ValueTask<Outcome<BatchTaken>> TakeAsync(ReadOnlyMemory<byte> json, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.WriteHealth, "report health") is { } forbidden) return forbidden;
        if (json.Length > BatchLimits.MostBytes) return TooLarge(json.Length);
        if (backlog.Count > options.Value.MostUnwritten) return NoRoom;

        var now = clock.GetUtcNow();
        var (read, about) = BatchReader.Read(json, meters.Limits, IsOwnCount, now);
        if (about is null) return read.Refusal!;
        var found = await FindRolloutAsync(about, actor, cancellationToken);
        // What it is about may be as wrong as what it says: both are told at once.
        if (!read.IsAccepted) return found.IsAccepted ? read.Refusal : read.Refusal with { Items = [.. read.Refusal.Items, .. found.Refusal.Items] };
        if (!found.IsAccepted) return found.Refusal;

        return Take(read.Value, found.Value, now) is { } receipt ? new BatchTaken(receipt, found.Value.RolloutId, read.Value.Points) : NoRoom;
    }

    async ValueTask<Outcome<Done>> IHealthIntake.ReportAsync(ReadOnlyMemory<byte> json, Actor actor, CancellationToken cancellationToken) =>
        (await TakeAsync(json, actor, cancellationToken)).Then<Done>(_ => Done.Yes);

    /// <summary>Takes a batch that was checked already.</summary>
    /// <returns>Null when there is no room for more that is not stored.</returns>
    public BatchReceipt? Take(HealthBatch batch, MeasuredRollout rollout, DateTimeOffset now)
    {
        if (backlog.Count > options.Value.MostUnwritten) return null;
        var meter = meters.GetOrAdd(rollout.RolloutId);
        BatchReceipt receipt;
        bool isSuspicious;
        lock (meter.Gate) (receipt, isSuspicious) = (meter.Take(batch, rollout, now), meter.TakeSuspicion());
        if (isSuspicious) suspicions.Note(rollout.RolloutId);
        if (receipt != BatchReceipt.Duplicate) backlog.Added();
        return receipt;
    }

    internal static Refusal TooLarge(long? bytes) =>
        new(RefusalKind.TooLarge, "too_large", "A batch may have 64 KB.", "Report more often, or fewer buckets.")
        {
            Items =
            [
                new RefusalItem(
                    "body",
                    "is too long",
                    bytes is { } length ? string.Create(CultureInfo.InvariantCulture, $"{length:#,0} bytes") : null,
                    string.Create(CultureInfo.InvariantCulture, $"at most {BatchLimits.MostBytes:#,0} bytes")),
            ],
        };

    private async ValueTask<Outcome<MeasuredRollout>> FindRolloutAsync(BatchSubject about, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Environment is not { } environment)
            return Refusal.Invalid("key_without_environment", "The key is for all environments, so it does not say where this was measured.", new RefusalItem("key", "has no environment", null, "a key made with an environment"));
        var rollout = about.RolloutId is { } id
            ? await rollouts.FindAsync(id, cancellationToken)
            : await rollouts.FindByFlagAsync(environment, about.FlagKey!, cancellationToken);
        if (rollout is not null && rollout.Environment != environment)
        {
            return Refusal.Forbidden($"{actor.Name} belongs to the environment {environment}.") with
            {
                Detail = "Report with a key of the rollout's own environment.",
                Items = [new RefusalItem("rolloutId", "is in another environment", rollout.RolloutId.ToString(), $"a rollout in {environment}")],
            };
        }

        if (rollout is not null) return rollout;
        return about.RolloutId is { } unknown
            ? Refusal.Invalid("rollout_unknown", $"There is no such rollout in {environment}.", new RefusalItem("rolloutId", "is not known", unknown.ToString(), "the rolloutId in the flag's metadata"))
            : Refusal.Invalid("rollout_unknown", $"The flag has no rollout in {environment}.", new RefusalItem("flag", "has no rollout", about.FlagKey, "a flag that is rolled out there"));
    }

    /// <summary>Whether the metric catalogue has a use for a count of the application's own.</summary>
    public bool IsOwnCount(string name)
    {
        var version = process.Current;
        if (ownCounts is not { } known || known.Version != version)
            ownCounts = known = (version, version.Document.Metrics.Metrics.SelectMany(metric => metric.Parts).ToHashSet(StringComparer.Ordinal));
        return known.Names.Contains(name) && !BuiltIn.Contains(name);
    }

    private static readonly HashSet<string> BuiltIn = new(StringComparer.Ordinal)
    {
        CountNames.Requests, CountNames.Errors, CountNames.Crashes, CountNames.CriticalErrors, CountNames.LatencySum,
        CountNames.LatencyCount, CountNames.LatencyBuckets, CountNames.Scores, CountNames.Users, CountNames.Adopters,
    };
}

/// <param name="Status"><c>taken</c>, <c>takenLate</c> (kept for reports, used by no rule) or <c>duplicate</c> (ignored).</param>
/// <param name="RolloutId">The rollout that it was counted to.</param>
/// <param name="Points">Numbers in the batch.</param>
public sealed record BatchTaken(BatchReceipt Status, Guid RolloutId, int Points);
