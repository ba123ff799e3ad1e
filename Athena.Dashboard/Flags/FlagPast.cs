using System.Collections.Immutable;
using System.Text.Json;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Flags;

/// <summary>Configuration as it was: every event keeps the row that it made, so any moment since the first can be rebuilt.</summary>
public sealed class FlagPast(Store store, IProcessCatalog process)
{
    private const int Page = 200;

    /// <summary>Why a context got what it got, by the configuration that was live then.</summary>
    /// <param name="request">An OFREP request: <c>{"context": {…}}</c>.</param>
    /// <returns>Refused when the flag did not exist at that moment.</returns>
    public async Task<Outcome<Explanation>> ExplainAsync(string key, string environment, DateTimeOffset at, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        if (process.Current.Document.FindEnvironment(environment) is null) return Refusal.NotFound("environment", environment);
        var snapshot = await store.ReadAsync((db, token) => SnapshotAsync(db, key, environment, at, token), cancellationToken);
        return FlagExplanations.Explain(snapshot, key, request.Span);
    }

    /// <returns>The event, if it is one of the flag's.</returns>
    public Task<EventRow?> FindAsync(string key, long sequence, CancellationToken cancellationToken) => store.ReadAsync(
        (db, token) => db.Set<EventRow>().FirstOrDefaultAsync(row => row.Sequence == sequence && row.SubjectKind == FlagSubject.Kind && row.SubjectId == key, token),
        cancellationToken);

    /// <summary>The flag, what it needed, and the segments that these named.</summary>
    private static async Task<FlagSnapshot> SnapshotAsync(AthenaDbContext db, string key, string environment, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var flags = new Dictionary<string, (Flag Flag, FlagEnvironment Setting)>(StringComparer.Ordinal);
        var segments = new Dictionary<string, Segment>(StringComparer.Ordinal);
        var seen = new HashSet<Subject>();
        var open = new Stack<Subject>([FlagSubject.Of(key)]);
        while (open.TryPop(out var subject))
        {
            if (!seen.Add(subject)) continue;
            if (subject.Kind == SegmentSubject.Kind)
            {
                if (await SegmentAsync(db, subject, at, cancellationToken) is not { } segment) continue;
                segments[segment.Key] = segment;
                foreach (var part in segment.Segments()) open.Push(SegmentSubject.Of(part));
            }
            else if (await FlagAsync(db, subject, environment, at, cancellationToken) is { } flag)
            {
                flags[flag.Flag.Key] = flag;
                foreach (var needed in flag.Setting.Prerequisites) open.Push(FlagSubject.Of(needed.Flag));
                foreach (var named in SegmentUses.SegmentsOf(flag.Setting)) open.Push(SegmentSubject.Of(named));
            }
        }

        return FlagSnapshot.Empty(environment).With([.. segments.Values], [.. flags.Values]);
    }

    private static async Task<(Flag Flag, FlagEnvironment Setting)?> FlagAsync(AthenaDbContext db, Subject subject, string environment, DateTimeOffset at, CancellationToken cancellationToken)
    {
        Flag? flag = null;
        FlagEnvironment? setting = null;
        await foreach (var row in BackwardsAsync(db, subject, at, cancellationToken))
        {
            if (row.Type == EventTypes.NameOf(typeof(FlagDeleted))) break;
            if (row.After is null) continue;
            var happenedIn = EnvironmentOf(row);
            if (happenedIn is null) flag ??= Read<Flag>(row.After);
            else if (happenedIn == environment) setting ??= Read<FlagEnvironment>(row.After);
            if (flag is not null && (setting is not null || row.Type == EventTypes.NameOf(typeof(FlagCreated)))) break;
        }

        return flag is null ? null : (flag, setting ?? FlagEnvironments.Untouched(flag.Key, environment));
    }

    private static async Task<Segment?> SegmentAsync(AthenaDbContext db, Subject subject, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await foreach (var row in BackwardsAsync(db, subject, at, cancellationToken)) return row.After is null ? null : Read<Segment>(row.After);
        return null;
    }

    private static async IAsyncEnumerable<EventRow> BackwardsAsync(
        AthenaDbContext db, Subject subject, DateTimeOffset at, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var before = long.MaxValue;
        while (true)
        {
            var rows = await db.Set<EventRow>()
                .Where(row => row.SubjectKind == subject.Kind && row.SubjectId == subject.Id && row.At <= at && row.Sequence < before)
                .OrderByDescending(row => row.Sequence).Take(Page).ToListAsync(cancellationToken);
            foreach (var row in rows) yield return row;
            if (rows.Count < Page) yield break;
            before = rows[^1].Sequence;
        }
    }

    internal static string? EnvironmentOf(EventRow row) =>
        JsonSerializer.Deserialize<JsonElement>(row.Payload).TryGetProperty("environment", out var environment) ? environment.GetString() : null;

    internal static T? Read<T>(string json) => JsonSerializer.Deserialize<T>(json, JsonColumn.Options);
}
