using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Flags;

/// <summary>A change request with the state of what it asks about.</summary>
/// <param name="IsVoid">The setting was changed since; neither request nor approvals count any more.</param>
/// <param name="Needed">Approvals that it needs in all; 0 when the environment asks for none any more.</param>
public sealed record ChangeRequestView(ChangeRequest Request, bool IsVoid, int Needed, ApprovalRule? Rule)
{
    public int Have => IsVoid ? 0 : Request.Valid.Count();

    public bool IsOpen => Request.State == ChangeRequestState.Open;

    public bool IsReady => IsOpen && !IsVoid && Have >= Needed;
}

public sealed class ChangeRequestQueries(Store store, IProcessCatalog process)
{
    public const int Most = 200;

    /// <summary>Those that are open first, then the newest; <see cref="Most"/> at the most.</summary>
    public Task<ImmutableArray<ChangeRequestView>> ListAsync(CancellationToken cancellationToken) =>
        ReadAsync(rows => rows.OrderBy(row => row.State != ChangeRequestState.Open).ThenByDescending(row => row.CreatedAt).Take(Most), cancellationToken);

    public Task<ImmutableArray<ChangeRequestView>> ListOpenAsync(CancellationToken cancellationToken) =>
        ReadAsync(rows => rows.Where(row => row.State == ChangeRequestState.Open).OrderBy(row => row.CreatedAt).Take(Most), cancellationToken);

    public async Task<ChangeRequestView?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        (await ReadAsync(rows => rows.Where(row => row.Id == id), cancellationToken)).FirstOrDefault();

    private async Task<ImmutableArray<ChangeRequestView>> ReadAsync(Func<IQueryable<ChangeRequest>, IQueryable<ChangeRequest>> which, CancellationToken cancellationToken)
    {
        var (requests, versions, flags) = await store.ReadAsync(
            async (db, token) =>
            {
                var found = await which(db.Set<ChangeRequest>()).ToListAsync(token);
                var keys = found.Where(request => request.State == ChangeRequestState.Open).Select(request => request.FlagKey).Distinct().ToArray();
                var settings = await db.Set<FlagEnvironment>().Where(row => keys.Contains(row.FlagKey)).ToListAsync(token);
                var flags = await db.Set<Flag>().Where(row => keys.Contains(row.Key)).ToListAsync(token);
                return (found, settings.ToDictionary(setting => (setting.FlagKey, setting.Environment)), flags.ToDictionary(flag => flag.Key, StringComparer.Ordinal));
            },
            cancellationToken);
        return
        [
            .. requests.Select(request =>
            {
                var rule = process.Current.Document.FindEnvironment(request.Environment)?.Approval;
                var current = versions.GetValueOrDefault((request.FlagKey, request.Environment)) ?? FlagEnvironments.Untouched(request.FlagKey, request.Environment);
                return new ChangeRequestView(request, request.IsVoid(current, flags.GetValueOrDefault(request.FlagKey)), rule?.Needed ?? 0, rule);
            }),
        ];
    }
}
