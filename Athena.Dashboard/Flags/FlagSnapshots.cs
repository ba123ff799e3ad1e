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

    // When this node last took over or removed a flag or a segment, in the order of what it did: what was read before that
    // is older, and what it lacks or still has says nothing.
    private readonly Dictionary<Subject, long> touched = [];
    private long touches;
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
        var since = Begin();
        var (upTo, flags, settings, found) = await store.ReadAsync(
            async (db, token) => (await EndAsync(db, token), await db.Set<Flag>().ToListAsync(token), await db.Set<FlagEnvironment>().ToListAsync(token), await db.Set<Segment>().ToListAsync(token)),
            cancellationToken);
        var byKey = settings.ToLookup(setting => setting.FlagKey, StringComparer.Ordinal);
        lock (gate)
        {
            var left = flags.Select(flag => flag.Key).ToHashSet(StringComparer.Ordinal);
            foreach (var key in versions.Keys.Select(known => known.Key).Where(key => !left.Contains(key)).Distinct(StringComparer.Ordinal).ToList()) RemoveLocked(key, since);
            foreach (var key in segments.Keys.Except(found.Select(segment => segment.Key), StringComparer.Ordinal).ToList()) RemoveSegmentLocked(key, since);
            ApplyLocked(flags.SelectMany(flag => SettingsOf(flag, byKey[flag.Key])), found, since);
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
        var since = Begin();
        var (flag, settings) = await store.ReadAsync(
            async (db, token) => (
                await db.Set<Flag>().FirstOrDefaultAsync(row => row.Key == key, token),
                await db.Set<FlagEnvironment>().Where(row => row.FlagKey == key).ToListAsync(token)),
            cancellationToken);
        lock (gate)
        {
            if (flag is null) RemoveLocked(key, since);
            else ApplyLocked(SettingsOf(flag, settings), [], since);
        }

        Changed?.Invoke();
    }

    /// <summary>Reads one segment again.</summary>
    public async Task RefreshSegmentAsync(string key, CancellationToken cancellationToken)
    {
        var since = Begin();
        var segment = await store.ReadAsync((db, token) => db.Set<Segment>().FirstOrDefaultAsync(row => row.Key == key, token), cancellationToken);
        lock (gate)
        {
            if (segment is null) RemoveSegmentLocked(key, since);
            else ApplyLocked([], [segment], since);
        }

        Changed?.Invoke();
    }

    /// <summary>Takes over what this node has just committed. Older than what is there already is ignored.</summary>
    public void Apply(Flag flag, params IEnumerable<FlagEnvironment> settings)
    {
        lock (gate) ApplyLocked(settings.Select(setting => (flag, setting)), [], touches);
        Changed?.Invoke();
    }

    /// <inheritdoc cref="Apply(Flag, IEnumerable{FlagEnvironment})"/>
    public void Apply(Segment segment)
    {
        lock (gate) ApplyLocked([], [segment], touches);
        Changed?.Invoke();
    }

    public void Remove(string key)
    {
        lock (gate) RemoveLocked(key, touches);
        Changed?.Invoke();
    }

    public void RemoveSegment(string key)
    {
        lock (gate) RemoveSegmentLocked(key, touches);
        Changed?.Invoke();
    }

    private static async Task<long> EndAsync(AthenaDbContext db, CancellationToken cancellationToken) =>
        await db.Set<EventRow>().MaxAsync(row => (long?)row.Sequence, cancellationToken) ?? 0;

    // What is read from now on is newer than all that this node did so far.
    private long Begin()
    {
        lock (gate) return touches;
    }

    /// <param name="since">What <see cref="Begin"/> said before it was read.</param>
    private bool IsOlder(Subject subject, long since) => touched.GetValueOrDefault(subject) > since;

    private void Touch(Subject subject) => touched[subject] = ++touches;

    private void ApplyLocked(IEnumerable<(Flag Flag, FlagEnvironment Setting)> changes, IEnumerable<Segment> changedSegments, long since)
    {
        var next = byEnvironment.ToBuilder();
        var newSegments = changedSegments.Where(segment => IsNews(segment, since)).ToList();
        foreach (var segment in newSegments)
        {
            segments[segment.Key] = segment;
            Touch(new Subject(SegmentSubject.Kind, segment.Key));
        }

        var news = changes.Where(change => IsNews(change.Flag, change.Setting, since)).ToList();
        foreach (var key in news.Select(change => change.Flag.Key).Distinct(StringComparer.Ordinal)) Touch(new Subject(FlagSubject.Kind, key));
        var byName = news.ToLookup(change => change.Setting.Environment, StringComparer.Ordinal);
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

    private void RemoveSegmentLocked(string key, long since)
    {
        var subject = new Subject(SegmentSubject.Kind, key);
        if (IsOlder(subject, since)) return;
        Touch(subject);
        segments.Remove(key);
        Volatile.Write(ref byEnvironment, byEnvironment.ToImmutableDictionary(entry => entry.Key, entry => entry.Value.WithoutSegment(key), StringComparer.Ordinal));
    }

    private void RemoveLocked(string key, long since)
    {
        var subject = new Subject(FlagSubject.Kind, key);
        if (IsOlder(subject, since)) return;
        Touch(subject);
        Volatile.Write(ref byEnvironment, byEnvironment.ToImmutableDictionary(entry => entry.Key, entry => entry.Value.Without(key), StringComparer.Ordinal));
        foreach (var known in versions.Keys.Where(known => known.Key == key).ToList()) versions.Remove(known);
    }

    // One that is not known and was touched since it was read has been deleted meanwhile.
    private bool IsNews(Flag flag, FlagEnvironment setting, long since) =>
        versions.TryGetValue((flag.Key, setting.Environment), out var known)
            ? flag.Version >= known.Flag && setting.Version >= known.Setting && (flag.Version, setting.Version) != known
            : !IsOlder(new Subject(FlagSubject.Kind, flag.Key), since);

    private bool IsNews(Segment segment, long since) =>
        segments.TryGetValue(segment.Key, out var known)
            ? segment.Version > known.Version || segment.CreatedAt > known.CreatedAt
            : !IsOlder(new Subject(SegmentSubject.Kind, segment.Key), since);

    // An environment that the process gained later has no row until something is changed there: the flag is off.
    private IEnumerable<(Flag Flag, FlagEnvironment Setting)> SettingsOf(Flag flag, IEnumerable<FlagEnvironment> settings) =>
        FlagEnvironments.Complete(flag, settings, process.Current.Document).Select(setting => (flag, setting));
}
