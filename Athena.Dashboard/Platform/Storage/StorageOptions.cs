using System.ComponentModel.DataAnnotations;

namespace Athena.Dashboard.Platform.Storage;

/// <summary>Where data lives; section <c>Athena:Storage</c>.</summary>
public sealed class StorageOptions
{
    public const string Section = "Athena:Storage";

    /// <summary>Folder of the SQLite database, keys and uploads; made when missing. Default <c>data</c> in the working folder; also <c>--data</c>.</summary>
    [Required(AllowEmptyStrings = false)]
    public string Directory { get; set; } = "data";

    /// <summary>A PostgreSQL connection string (<c>Host=…;Database=…</c>). Empty (default): SQLite in <see cref="Directory"/>.</summary>
    public string PostgreSql { get; set; } = "";

    /// <summary>Seconds that a write waits for another process's lock on the SQLite file. 1 to 300, default 30.</summary>
    [Range(1, 300)]
    public int BusyTimeoutSeconds { get; set; } = 30;

    public bool UsesPostgreSql => PostgreSql.Length > 0;

    public string DatabaseFile => Path.Combine(Path.GetFullPath(Directory), "athena.db");
}
