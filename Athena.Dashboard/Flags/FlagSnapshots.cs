using System.Collections.Immutable;
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

/// <summary>
/// What evaluation reads: all flags of each environment, compiled, in memory. Reading takes no lock. A change that
/// cannot be read leaves the last good snapshot in place.
/// </summary>
public sealed class FlagSnapshots(Store store, IProcessCatalog process)
{
    // More than this are read faster all together.
    private const int MostSingly = 200;

    private readonly Lock gate = new();
    private readonly Dictionary<(string Key, string Environment), (long Flag, long Setting)> versions = [];
    private readonly Dictionary<string, Segment> segments = new(StringComparer.Ordinal);
    private long position;
    private ImmutableDictionary<string, FlagSnapshot> byEnvironment = ImmutableDictionary.Create<string, FlagSnapshot>(StringComparer.Ordinal);

    /// <summary>Something may be answered differently from now on; told once for each change, on the thread that made it.</summary>
    public event Action? Changed;

    /// <summary>Everything that was committed up to this sequence of the event log is in here.</summary>
    public long Position => Volatile.Read(ref position);

    /// <summary>Those of all environments that have flags.</summary>
    public IEnumerable<FlagSnapshot> All => Volatile.Read(ref byEnvironment).Values;

    /// <returns>Null when the process knows no such environment.</returns>
    public FlagSnapshot? Find(string environment)
    {
        if (Volatile.Read(ref byEnvironment).TryGetValue(environment, out var snapshot)) return snapshot;
        return process.Current.Document.FindEnvironment(environment) is null ? null : FlagSnapshot.Empty(environment);
    }

    /// <summary>Reads everything again.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var (upTo, flags, settings, found) = await store.ReadAsync(
            async (db, token) => (await EndAsync(db, token), await db.Set<Flag>().ToListAsync(token), await db.Set<FlagEnvironment>().ToListAsync(token), await db.Set<Segment>().ToListAsync(token)),
            cancellationToken);
        var byKey = settings.ToLookup(setting => setting.FlagKey, StringComparer.Ordinal);
        lock (gate)
        {
            var left = flags.Select(flag => flag.Key).ToHashSet(StringComparer.Ordinal);
            foreach (var key in versions.Keys.Select(known => known.Key).Where(key => !left.Contains(key)).Distinct(StringComparer.Ordinal).ToList()) RemoveLocked(key);
            foreach (var key in segments.Keys.Except(found.Select(segment => segment.Key), StringComparer.Ordinal).ToList()) RemoveSegmentLocked(key);
            ApplyLocked(flags.SelectMany(flag => SettingsOf(flag, byKey[flag.Key])), found);
        }

        Reached(upTo);
        Changed?.Invoke();
    }

    /// <summary>Reads what was committed since <see cref="Position"/>, without waiting for the notice of it.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var from = Position;
        var (upTo, subjects) = await store.ReadAsync(
            async (db, token) =>
            {
                var end = await EndAsync(db, token);
                return (end, await db.Set<EventRow>()
                    .Where(row => row.Sequence > from && row.Sequence <= end && (row.SubjectKind == FlagSubject.Kind || row.SubjectKind == SegmentSubject.Kind))
                    .Select(row => new { row.SubjectKind, row.SubjectId }).Distinct().Take(MostSingly + 1).ToListAsync(token));
            },
            cancellationToken);
        if (subjects.Count > MostSingly)
        {
            await LoadAsync(cancellationToken);
            return;
        }

        foreach (var subject in subjects) await RefreshAsync(new Subject(subject.SubjectKind, subject.SubjectId), cancellationToken);
        Reached(upTo);
    }

    /// <summary>All that was committed up to there is in here now; less than is known already is ignored.</summary>
    public void Reached(long sequence)
    {
        lock (gate) Volatile.Write(ref position, Math.Max(position, sequence));
    }

    /// <summary>Reads again what an event was about, if it is a flag or a segment.</summary>
    public Task RefreshAsync(Subject subject, CancellationToken cancellationToken) =>
        subject.Kind == SegmentSubject.Kind ? RefreshSegmentAsync(subject.Id, cancellationToken) : RefreshAsync(subject.Id, cancellationToken);

    /// <summary>Reads one flag again: after an event, which may come from another node.</summary>
    public async Task RefreshAsync(string key, CancellationToken cancellationToken)
    {
        var (flag, settings) = await store.ReadAsync(
            async (db, token) => (
                await db.Set<Flag>().FirstOrDefaultAsync(row => row.Key == key, token),
                await db.Set<FlagEnvironment>().Where(row => row.FlagKey == key).ToListAsync(token)),
            cancellationToken);
        lock (gate)
        {
            if (flag is null) RemoveLocked(key);
            else ApplyLocked(SettingsOf(flag, settings), []);
        }

        Changed?.Invoke();
    }

    /// <summary>Reads one segment again.</summary>
    public async Task RefreshSegmentAsync(string key, CancellationToken cancellationToken)
    {
        var segment = await store.ReadAsync((db, token) => db.Set<Segment>().FirstOrDefaultAsync(row => row.Key == key, token), cancellationToken);
        if (segment is null) RemoveSegment(key);
        else Apply(segment);
    }

    /// <summary>Takes over what this node has just committed. Older than what is there already is ignored.</summary>
    public void Apply(Flag flag, params IEnumerable<FlagEnvironment> settings)
    {
        lock (gate) ApplyLocked(settings.Select(setting => (flag, setting)), []);
        Changed?.Invoke();
    }

    /// <inheritdoc cref="Apply(Flag, IEnumerable{FlagEnvironment})"/>
    public void Apply(Segment segment)
    {
        lock (gate) ApplyLocked([], [segment]);
        Changed?.Invoke();
    }

    public void Remove(string key)
    {
        lock (gate) RemoveLocked(key);
        Changed?.Invoke();
    }

    public void RemoveSegment(string key)
    {
        lock (gate) RemoveSegmentLocked(key);
        Changed?.Invoke();
    }

    private static async Task<long> EndAsync(AthenaDbContext db, CancellationToken cancellationToken) =>
        await db.Set<EventRow>().MaxAsync(row => (long?)row.Sequence, cancellationToken) ?? 0;

    private void ApplyLocked(IEnumerable<(Flag Flag, FlagEnvironment Setting)> changes, IEnumerable<Segment> changedSegments)
    {
        var next = byEnvironment.ToBuilder();
        var newSegments = changedSegments.Where(segment => !segments.TryGetValue(segment.Key, out var known) || segment.Version > known.Version || segment.CreatedAt > known.CreatedAt).ToList();
        foreach (var segment in newSegments) segments[segment.Key] = segment;
        var byName = changes.Where(change => IsNews(change.Flag, change.Setting)).ToLookup(change => change.Setting.Environment, StringComparer.Ordinal);
        var names = byName.Select(environment => environment.Key);
        if (newSegments.Count > 0) names = names.Concat(next.Keys).Concat(process.Current.Document.Environments.Select(environment => environment.Key));
        foreach (var name in names.Distinct(StringComparer.Ordinal).ToList())
        {
            // An environment that is new here has to learn of the segments that are not.
            var known = next.TryGetValue(name, out var snapshot);
            next[name] = (snapshot ?? FlagSnapshot.Empty(name)).With(known ? newSegments : [.. segments.Values], [.. byName[name]]);
            foreach (var (flag, setting) in byName[name]) versions[(flag.Key, setting.Environment)] = (flag.Version, setting.Version);
        }

        Volatile.Write(ref byEnvironment, next.ToImmutable());
    }

    private void RemoveSegmentLocked(string key)
    {
        segments.Remove(key);
        Volatile.Write(ref byEnvironment, byEnvironment.ToImmutableDictionary(entry => entry.Key, entry => entry.Value.WithoutSegment(key), StringComparer.Ordinal));
    }

    private void RemoveLocked(string key)
    {
        Volatile.Write(ref byEnvironment, byEnvironment.ToImmutableDictionary(entry => entry.Key, entry => entry.Value.Without(key), StringComparer.Ordinal));
        foreach (var known in versions.Keys.Where(known => known.Key == key).ToList()) versions.Remove(known);
    }

    private bool IsNews(Flag flag, FlagEnvironment setting) =>
        !versions.TryGetValue((flag.Key, setting.Environment), out var known)
        || (flag.Version >= known.Flag && setting.Version >= known.Setting && (flag.Version, setting.Version) != known);

    // An environment that the process gained later has no row until something is changed there: the flag is off.
    private IEnumerable<(Flag Flag, FlagEnvironment Setting)> SettingsOf(Flag flag, IEnumerable<FlagEnvironment> settings) =>
        FlagEnvironments.Complete(flag, settings, process.Current.Document).Select(setting => (flag, setting));
}
