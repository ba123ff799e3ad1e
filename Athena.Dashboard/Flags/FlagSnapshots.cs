using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Evaluation;
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
    private readonly Lock gate = new();
    private readonly Dictionary<(string Key, string Environment), (long Flag, long Setting)> versions = [];
    private ImmutableDictionary<string, FlagSnapshot> byEnvironment = ImmutableDictionary.Create<string, FlagSnapshot>(StringComparer.Ordinal);

    /// <returns>Null when the process knows no such environment.</returns>
    public FlagSnapshot? Find(string environment)
    {
        if (Volatile.Read(ref byEnvironment).TryGetValue(environment, out var snapshot)) return snapshot;
        return process.Current.Document.FindEnvironment(environment) is null ? null : FlagSnapshot.Empty(environment);
    }

    /// <summary>Reads everything again.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var (flags, settings) = await store.ReadAsync(
            async (db, token) => (await db.Set<Flag>().ToListAsync(token), await db.Set<FlagEnvironment>().ToListAsync(token)),
            cancellationToken);
        var byKey = settings.ToLookup(setting => setting.FlagKey, StringComparer.Ordinal);
        lock (gate)
        {
            var gone = versions.Keys.Select(known => known.Key).Except(flags.Select(flag => flag.Key), StringComparer.Ordinal).ToList();
            foreach (var key in gone) RemoveLocked(key);
            ApplyLocked(flags.SelectMany(flag => SettingsOf(flag, byKey[flag.Key])));
        }
    }

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
            else ApplyLocked(SettingsOf(flag, settings));
        }
    }

    /// <summary>Takes over what this node has just committed. Older than what is there already is ignored.</summary>
    public void Apply(Flag flag, params IEnumerable<FlagEnvironment> settings)
    {
        lock (gate) ApplyLocked(settings.Select(setting => (flag, setting)));
    }

    public void Remove(string key)
    {
        lock (gate) RemoveLocked(key);
    }

    private void ApplyLocked(IEnumerable<(Flag Flag, FlagEnvironment Setting)> changes)
    {
        var next = byEnvironment.ToBuilder();
        foreach (var environment in changes.Where(change => IsNews(change.Flag, change.Setting)).GroupBy(change => change.Setting.Environment, StringComparer.Ordinal))
        {
            var snapshot = next.GetValueOrDefault(environment.Key) ?? FlagSnapshot.Empty(environment.Key);
            next[environment.Key] = snapshot.With([.. environment]);
            foreach (var (flag, setting) in environment) versions[(flag.Key, setting.Environment)] = (flag.Version, setting.Version);
        }

        Volatile.Write(ref byEnvironment, next.ToImmutable());
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
