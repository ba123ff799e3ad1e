using Microsoft.EntityFrameworkCore.Design;

namespace Athena.Dashboard.Platform.Storage;

/// <summary>Lets <c>dotnet ef migrations add</c> build either context without starting the product.</summary>
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteAthenaDbContext>
{
    public SqliteAthenaDbContext CreateDbContext(string[] args) => new(Contexts.Sqlite(new StorageOptions(), "FULL"));
}

internal sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresAthenaDbContext>
{
    public PostgresAthenaDbContext CreateDbContext(string[] args) => new(Contexts.Postgres("Host=localhost;Database=athena"));
}
