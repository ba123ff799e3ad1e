using System.Collections.Immutable;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Releases.Domain;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Releases;

/// <summary>Apart from <see cref="ReleaseQueries"/>, which asks the very slices that use this.</summary>
internal sealed class ReleaseLookup(Store store) : IReleaseLookup
{
    public async Task<ReleaseSummary?> FindAsync(string version, CancellationToken cancellationToken) =>
        (await store.ReadAsync((db, token) => db.Set<Release>().FirstOrDefaultAsync(release => release.Semver == version, token), cancellationToken))?.ToSummary();

    public Task<ImmutableArray<ReleaseSummary>> ListActiveAsync(CancellationToken cancellationToken) =>
        store.ReadAsync<ImmutableArray<ReleaseSummary>>(
            async (db, token) =>
            [
                .. (await db.Set<Release>().Where(release => release.State != ReleaseState.Completed && release.State != ReleaseState.Cancelled)
                    .OrderBy(release => release.TargetDate).ThenBy(release => release.Semver).ToListAsync(token)).Select(release => release.ToSummary()),
            ],
            cancellationToken);

    public Task<ImmutableArray<ReleaseSummary>> ListAsync(CancellationToken cancellationToken) =>
        store.ReadAsync<ImmutableArray<ReleaseSummary>>(
            async (db, token) =>
            [
                .. (await db.Set<Release>().OrderByDescending(release => release.TargetDate).ThenByDescending(release => release.Semver).ToListAsync(token))
                    .Select(release => release.ToSummary()),
            ],
            cancellationToken);
}
