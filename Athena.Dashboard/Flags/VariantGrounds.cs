using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Flags;

/// <summary>Finds everything that relies on a flag's values, in the transaction that wants to change them.</summary>
internal static class VariantGrounds
{
    public static async Task<VariantGround> ReadAsync(AthenaDbContext db, Flag flag, ProcessDocument process, CancellationToken cancellationToken)
    {
        var settings = await db.Set<FlagEnvironment>().AsNoTracking().ToListAsync(cancellationToken);
        var requests = await db.Set<ChangeRequest>().AsNoTracking().Where(request => request.FlagKey == flag.Key && request.State == ChangeRequestState.Open).ToListAsync(cancellationToken);
        var queued = await db.Set<QueuedChange>().AsNoTracking().Where(change => change.FlagKey == flag.Key && change.State == QueuedChangeState.Waiting).ToListAsync(cancellationToken);
        return new VariantGround(
            FlagEnvironments.Complete(flag, settings.Where(setting => setting.FlagKey == flag.Key), process),
            [
                // A request about values leaves the setting alone.
                .. requests.Where(request => request.FlagAfter is null).Select(request => (request.After!, $"{request.AuthorName}'s change request")),
                .. queued.Select(change => (change.After, $"{change.AuthorName}'s queued change")),
            ],
            [
                .. settings.Where(setting => setting.FlagKey != flag.Key)
                    .SelectMany(setting => setting.Prerequisites.Where(wanted => wanted.Flag == flag.Key).Select(wanted => ($"{setting.FlagKey} in {setting.Environment}", wanted.Variant))),
            ]);
    }
}
