using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;
using Athena.Dashboard.Process.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Process;

/// <summary>A version without its contents.</summary>
public sealed record ProcessVersionSummary(int Number, string Sha256, DateTimeOffset AppliedAt, string AppliedBy, bool IsCurrent);

/// <summary>Reads for pages and API.</summary>
public sealed class ProcessQueries(Store store, ProcessCatalog catalog)
{
    /// <summary>
    /// The version in force in the database. A page that answers the event of a new version must not ask the memory,
    /// which may hear of the same event a moment later.
    /// </summary>
    public async Task<ProcessVersion> CurrentAsync(CancellationToken cancellationToken)
    {
        await catalog.RefreshAsync(cancellationToken);
        return catalog.Current;
    }

    /// <summary>All versions, the newest first.</summary>
    public async Task<ImmutableArray<ProcessVersionSummary>> VersionsAsync(CancellationToken cancellationToken)
    {
        var rows = await store.ReadAsync(
            (db, token) => db.Set<ProcessVersionRow>()
                .OrderByDescending(row => row.Number)
                .Select(row => new { row.Number, row.Sha256, row.AppliedAt, row.AppliedBy })
                .ToListAsync(token),
            cancellationToken);
        return [.. rows.Select((row, index) => new ProcessVersionSummary(row.Number, row.Sha256, row.AppliedAt, row.AppliedBy, index == 0))];
    }

    public async Task<Outcome<ProcessVersion>> FindAsync(int number, CancellationToken cancellationToken) =>
        await catalog.FindAsync(number, cancellationToken) is { } version
            ? version
            : Refusal.NotFound("version of the process", FormattableString.Invariant($"{number}"));

    /// <summary>What is different in <paramref name="to"/>, seen from <paramref name="from"/>.</summary>
    public async Task<Outcome<ImmutableArray<ProcessDifference>>> DifferencesAsync(int from, int to, CancellationToken cancellationToken)
    {
        var (left, right) = (await FindAsync(from, cancellationToken), await FindAsync(to, cancellationToken));
        return left.Refusal is { } noLeft ? noLeft
            : right.Refusal is { } noRight ? noRight
            : ProcessDifferences.Between(left.Value.Source, right.Value.Source);
    }
}
