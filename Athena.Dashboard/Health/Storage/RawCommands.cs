using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Athena.Dashboard.Health.Storage;

/// <summary>
/// Statements in plain SQL that both providers know, each prepared once in a transaction: several thousand rows a second
/// are too many for change tracking.
/// </summary>
internal sealed class RawCommands : IAsyncDisposable
{
    private readonly Dictionary<string, DbCommand> commands = [];
    private readonly DbConnection connection;
    private readonly IDbContextTransaction transaction;

    private RawCommands(DbConnection connection, IDbContextTransaction transaction) => (this.connection, this.transaction) = (connection, transaction);

    /// <summary>Begins a transaction. Nodes that share the database take turns; once a second and short, that is no contention.</summary>
    public static async Task<RawCommands> BeginAsync(DbContext db, CancellationToken cancellationToken)
    {
        var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (db.Database.IsNpgsql()) await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(20038412)", cancellationToken);
        return new RawCommands(db.Database.GetDbConnection(), transaction);
    }

    public Task CommitAsync(CancellationToken cancellationToken) => transaction.CommitAsync(cancellationToken);

    public Task<int> RunAsync(string sql, CancellationToken cancellationToken, params object?[] values) => Prepare(sql, values).ExecuteNonQueryAsync(cancellationToken);

    /// <param name="values">Of the parameters p0, p1, …, in their order.</param>
    public DbCommand Prepare(string sql, params object?[] values)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.Transaction = transaction.GetDbTransaction();
#pragma warning disable CA2100 // Constants of this folder, and names of parameters.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 0; i < values.Length; i++)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = FormattableString.Invariant($"p{i}");
                command.Parameters.Add(parameter);
            }

            commands[sql] = command;
        }

        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var command in commands.Values) await command.DisposeAsync();
        await transaction.DisposeAsync();
    }
}
