using System.Globalization;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>
/// Debian's faketime in front of one process: the clock that it reads can be set while it runs, and the time that it
/// measures goes on as it does.
/// </summary>
public sealed class FalseClock : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("athena-clock-").FullName;

    public FalseClock() => Set(TimeSpan.Zero);

    /// <summary>What the process has to be started with.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = Library(),
        ["FAKETIME_TIMESTAMP_FILE"] = Setting,
        // Read anew each time: otherwise it would be set some seconds after it was.
        ["FAKETIME_NO_CACHE"] = "1",
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        // With it, waits for a condition come back at once and the runtime turns over a core.
        ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
    };

    private string Setting => Path.Combine(folder, "offset");

    /// <summary>From now on it is ahead of the machine's by this.</summary>
    public void Set(TimeSpan ahead)
    {
        var next = Setting + ".next";
        File.WriteAllText(next, string.Create(CultureInfo.InvariantCulture, $"+{ahead.TotalSeconds:0}"));
        File.Move(next, Setting, overwrite: true);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string Library() =>
        Directory.GetDirectories("/usr/lib").Select(machine => Path.Combine(machine, "faketime", "libfaketimeMT.so.1")).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("libfaketime is not installed (no /usr/lib/*/faketime/libfaketimeMT.so.1). Debian: apt-get install faketime.");
}
