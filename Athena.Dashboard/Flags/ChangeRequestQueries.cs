using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Flags;

/// <summary>A change request with the state of what it asks about.</summary>
/// <param name="Current">What it was made from, as it is now.</param>
/// <param name="IsVoid">That was changed since; neither request nor approvals count any more.</param>
/// <param name="Needed">Approvals that it needs in all; 0 when the environment asks for none any more.</param>
public sealed record ChangeRequestView(ChangeRequest Request, ChangeRequestGround Current, bool IsVoid, int Needed, ApprovalRule? Rule)
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
        var (requests, settings, flags, segments) = await store.ReadAsync(
            async (db, token) =>
            {
                var found = await which(db.Set<ChangeRequest>()).ToListAsync(token);
                var keys = found.Select(request => request.FlagKey).OfType<string>().Distinct().ToArray();
                var named = found.Where(request => request.FlagKey is null).Select(request => request.Key).Distinct().ToArray();
                var settings = await db.Set<FlagEnvironment>().Where(row => keys.Contains(row.FlagKey)).ToDictionaryAsync(setting => (setting.FlagKey, setting.Environment), token);
                var flags = await db.Set<Flag>().Where(row => keys.Contains(row.Key)).ToDictionaryAsync(flag => flag.Key, StringComparer.Ordinal, token);
                var segments = await db.Set<Segment>().Where(row => named.Contains(row.Key)).ToDictionaryAsync(segment => segment.Key, StringComparer.Ordinal, token);
                return (found, settings, flags, segments);
            },
            cancellationToken);
        return
        [
            .. requests.Select(request =>
            {
                var rule = process.Current.Document.FindEnvironment(request.Environment)?.Approval;
                var ground = request.FlagKey is { } key
                    ? new ChangeRequestGround(settings.GetValueOrDefault((key, request.Environment)) ?? FlagEnvironments.Untouched(key, request.Environment), flags.GetValueOrDefault(key), null)
                    : new ChangeRequestGround(null, null, segments.GetValueOrDefault(request.Key));
                return new ChangeRequestView(request, ground, request.IsVoid(ground), rule?.Needed ?? 0, rule);
            }),
        ];
    }
}
