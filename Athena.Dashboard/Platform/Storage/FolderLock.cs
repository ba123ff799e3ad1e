namespace Athena.Dashboard.Platform.Storage;

/// <summary>A lock on a file of the data folder, given up when the process ends, however it ends.</summary>
internal static class FolderLock
{
    /// <summary>Held by the one server that serves from a SQLite folder, and by a restore.</summary>
    public const string Server = "server.lock";

    /// <summary>Held while the schema is brought up to date.</summary>
    public const string Migration = "migrate.lock";

    /// <returns>Null when somebody else holds it.</returns>
    public static FileStream? Try(string folder, string name)
    {
        Directory.CreateDirectory(folder);
        try
        {
            return new FileStream(Path.Combine(folder, name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Waits for whoever holds it.</summary>
    public static async Task<FileStream> WaitAsync(string folder, string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Try(folder, name) is { } held) return held;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }
    }
}
