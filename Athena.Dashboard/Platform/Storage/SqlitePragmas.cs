using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Athena.Dashboard.Platform.Storage;

/// <summary>
/// Settings that SQLite keeps per connection. FULL survives a power cut; NORMAL may lose the last commits then and is
/// for metric batches only.
/// </summary>
internal sealed class SqlitePragmas(string synchronous, int busyTimeoutSeconds) : DbConnectionInterceptor
{
    private readonly string sql = string.Create(
        CultureInfo.InvariantCulture,
        $"PRAGMA synchronous={synchronous}; PRAGMA busy_timeout={busyTimeoutSeconds * 1000};");

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Built from a constant and a validated number.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ConnectionOpened(connection, eventData);
        return Task.CompletedTask;
    }
}
