using System.Collections.Immutable;
using System.Text.Json;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Flags;

/// <summary>A flag with its setting in each environment of the process, in its order.</summary>
public sealed record FlagView(Flag Flag, ImmutableArray<FlagEnvironment> Environments)
{
    public FlagEnvironment? In(string environment) => Environments.FirstOrDefault(setting => setting.Environment == environment);
}

/// <summary>One change of a flag or of a segment, as its history shows it.</summary>
/// <param name="What">Name of the event: <c>FlagSwitchedOn</c>.</param>
/// <param name="Environment">Null when the change was common to all.</param>
/// <param name="Before">The row before, null when there was none.</param>
public sealed record FlagHistoryEntry(
    long Sequence, DateTimeOffset At, string Who, string What, string? Environment, string Reason, JsonElement? Before, JsonElement? After)
{
    private static readonly string[] Bookkeeping = ["version", "flagKey", "environment", "createdAt"];

    /// <summary>The members that the change made different, each with what it was and what it became.</summary>
    public IEnumerable<FlagDifference> Differences => After is { ValueKind: JsonValueKind.Object } after
        ? after.EnumerateObject()
            .Where(member => !Bookkeeping.Contains(member.Name))
            .Select(member => new FlagDifference(member.Name, Before is { ValueKind: JsonValueKind.Object } before && before.TryGetProperty(member.Name, out var old) ? old : null, member.Value))
            .Where(difference => difference.Before is not { } old || !JsonElement.DeepEquals(old, difference.After))
        : [];

    internal static FlagHistoryEntry Of(EventRow row)
    {
        var payload = JsonSerializer.Deserialize<JsonElement>(row.Payload);
        return new FlagHistoryEntry(
            row.Sequence,
            row.At,
            row.ActorName,
            row.Type[(row.Type.IndexOf('.', StringComparison.Ordinal) + 1)..],
            TextOf(payload, "environment"),
            TextOf(payload, "reason") ?? "",
            row.Before is null ? null : JsonSerializer.Deserialize<JsonElement>(row.Before),
            row.After is null ? null : JsonSerializer.Deserialize<JsonElement>(row.After));
    }

    private static string? TextOf(JsonElement payload, string name) =>
        payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <param name="Before">Null when there was nothing.</param>
public sealed record FlagDifference(string Member, JsonElement? Before, JsonElement After);

/// <summary>Reads for screens, the API and other slices.</summary>
public sealed class FlagQueries(Store store, IProcessCatalog process) : IFlagLookup
{
    public const int HistoryPage = 50;

    public async Task<ImmutableArray<FlagView>> ListAllAsync(CancellationToken cancellationToken) => await ReadAsync(_ => _, cancellationToken);

    /// <returns>Null when there is no such flag.</returns>
    public async Task<FlagView?> FindViewAsync(string key, CancellationToken cancellationToken) =>
        (await ReadAsync(flags => flags.Where(flag => flag.Key == key), cancellationToken)).FirstOrDefault();

    public async Task<FlagSummary?> FindAsync(string flagKey, CancellationToken cancellationToken) =>
        await FindViewAsync(flagKey, cancellationToken) is { } view ? Summarize(view) : null;

    public async Task<ImmutableArray<FlagSummary>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await ListAllAsync(cancellationToken)).Select(Summarize)];

    public async Task<ImmutableArray<FlagSummary>> ListOfReleaseAsync(string releaseId, CancellationToken cancellationToken) =>
        [.. (await ReadAsync(flags => flags.Where(flag => flag.ReleaseId == releaseId), cancellationToken)).Select(Summarize)];

    /// <summary>The newest changes first, <see cref="HistoryPage"/> at a time.</summary>
    /// <param name="before">Only those with a lower sequence; null from the newest.</param>
    public async Task<ImmutableArray<FlagHistoryEntry>> HistoryAsync(string key, long? before, CancellationToken cancellationToken)
    {
        var rows = await store.ReadAsync(
            (db, token) => db.Set<EventRow>()
                .Where(row => row.SubjectKind == FlagSubject.Kind && row.SubjectId == key && (before == null || row.Sequence < before))
                .OrderByDescending(row => row.Sequence).Take(HistoryPage).ToListAsync(token),
            cancellationToken);
        return [.. rows.Select(FlagHistoryEntry.Of)];
    }

    /// <summary>Settings whose schedule is due at <paramref name="now"/>.</summary>
    public async Task<ImmutableArray<(string Key, string Environment)>> DueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var due = await store.ReadAsync(
            (db, token) => db.Set<FlagEnvironment>().Where(setting => setting.EnableAt <= now || setting.DisableAt <= now)
                .Select(setting => new { setting.FlagKey, setting.Environment }).ToListAsync(token),
            cancellationToken);
        return [.. due.Select(setting => (setting.FlagKey, setting.Environment))];
    }

    /// <summary>What would be wrong with a setting if it were saved now. Only for telling early: saving asks again.</summary>
    public Task<ImmutableArray<RefusalItem>> CheckAsync(Flag flag, FlagEnvironment before, FlagSettings settings, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.ReadAsync<ImmutableArray<RefusalItem>>(
            async (db, token) => [.. settings.Faults(before, now, await TargetingScopes.ForAsync(db, flag, before.Environment, settings, token))],
            cancellationToken);

    private async Task<ImmutableArray<FlagView>> ReadAsync(Func<IQueryable<Flag>, IQueryable<Flag>> which, CancellationToken cancellationToken)
    {
        var (flags, settings) = await store.ReadAsync(
            async (db, token) =>
            {
                var wanted = which(db.Set<Flag>());
                return (
                    await wanted.OrderBy(flag => flag.Key).ToListAsync(token),
                    await db.Set<FlagEnvironment>().Where(setting => wanted.Any(flag => flag.Key == setting.FlagKey)).ToListAsync(token));
            },
            cancellationToken);
        var byKey = settings.ToLookup(setting => setting.FlagKey, StringComparer.Ordinal);
        return [.. flags.Select(flag => new FlagView(flag, FlagEnvironments.Complete(flag, byKey[flag.Key], process.Current.Document)))];
    }

    private static FlagSummary Summarize(FlagView view) => new(
        view.Flag.Key,
        view.Flag.Name,
        view.Flag.Description,
        view.Flag.Kind,
        view.Flag.Permanent,
        view.Flag.ReleaseId,
        view.Flag.Owner,
        [.. view.Environments.Select(setting => setting.ToExposure())]);
}
