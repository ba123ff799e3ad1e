using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Platform.Events;

internal static class EventAppender
{
    /// <summary>Channel of PostgreSQL's NOTIFY.</summary>
    public const string Channel = "athena_events";

    private const long AppenderLock = 0x4154_4845_4E41;

    /// <summary>
    /// Adds the rows to the context. On PostgreSQL a lock held until the commit lets one transaction append at a time:
    /// without it a lower sequence could become visible after a higher one, and a reader would pass it by.
    /// </summary>
    public static async Task AppendAsync(AthenaDbContext db, List<EventRow> events, CancellationToken cancellationToken)
    {
        if (events.Count == 0) return;
        if (db.Database.IsNpgsql())
        {
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({AppenderLock})", cancellationToken);
            await db.Database.ExecuteSqlAsync($"SELECT pg_notify({Channel}, '')", cancellationToken);
        }

        db.AddRange(events);
    }
}
