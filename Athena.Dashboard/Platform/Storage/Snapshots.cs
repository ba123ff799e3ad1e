using System.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Athena.Dashboard.Platform.Storage;

/// <summary>Several readings of one moment.</summary>
internal static class Snapshots
{
    /// <summary>Until it is disposed the context reads the database as it is at its first reading. For reading only.</summary>
    public static async Task<IDbContextTransaction> BeginSnapshotAsync(this AthenaDbContext db, CancellationToken cancellationToken)
    {
        if (db.Database.IsNpgsql()) return await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        // A transaction that is not deferred would wait for whoever writes.
        var deferred = ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true);
        return (await db.Database.UseTransactionAsync(deferred, cancellationToken))!;
    }
}
