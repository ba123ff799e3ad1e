using System.Collections.Concurrent;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;
using Athena.Dashboard.Process.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Process;

/// <summary>Versions in memory. They never change, so that only the number of the one in force has to be followed.</summary>
public sealed class ProcessCatalog(Store store) : IProcessCatalog
{
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<int, ProcessVersion> versions = new();
    private volatile ProcessVersion? current;

    public ProcessVersion Current => current ?? throw new InvalidOperationException("The process has not been read yet: its startup step comes first.");

    public async Task<ProcessVersion?> FindAsync(int number, CancellationToken cancellationToken)
    {
        if (versions.TryGetValue(number, out var known)) return known;
        var row = await store.ReadAsync((db, token) => db.Set<ProcessVersionRow>().FirstOrDefaultAsync(row => row.Number == number, token), cancellationToken);
        return row is null ? null : Remember(row);
    }

    /// <summary>Reads which version is in force now.</summary>
    /// <returns>False when there is none yet.</returns>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        var newest = await store.ReadAsync((db, token) => db.Set<ProcessVersionRow>().MaxAsync(row => (int?)row.Number, token), cancellationToken);
        if (newest is not { } number || await FindAsync(number, cancellationToken) is not { } version) return false;
        // Two readings may overtake each other; the process never goes back.
        lock (gate)
        {
            if (current is null || current.Number < version.Number) current = version;
        }

        return true;
    }

    private ProcessVersion Remember(ProcessVersionRow row) => versions.GetOrAdd(row.Number, _ =>
    {
        var reading = ProcessYaml.Read(row.Yaml);
        var document = reading.Value ?? throw new InvalidOperationException(
            $"Version {row.Number} of the process cannot be read by this version of the product: {string.Join(" ", reading.Problems)}");
        return new ProcessVersion(row.Number, row.Sha256, row.AppliedAt, row.AppliedBy, document, row.Yaml);
    });
}
