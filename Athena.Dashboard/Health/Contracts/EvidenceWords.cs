using System.Globalization;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Health.Contracts;

/// <summary>Evidence as people read it.</summary>
public static class EvidenceWords
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary><c>Needs about 1,200 more requests, some 3 h at present traffic</c>.</summary>
    public static string Missing(EvidenceReading reading) => reading.NeededMore switch
    {
        null => "Cannot be told yet",
        0 => "Enough requests",
        { } more => string.Create(Culture, $"Needs about {Rounded(more):#,0} more requests")
            + (reading.NeededTime is { } time ? $", some {Durations.Format(Whole(time))} at present traffic" : ", and there is no traffic"),
    };

    /// <summary>Evidence itself; beyond what anybody reads, as a power of ten.</summary>
    public static string Shown(double log) => log switch
    {
        > 13.8 => string.Create(Culture, $"10^{log / Math.Log(10):0}"),
        >= 2.3 => Math.Exp(log).ToString("#,0", Culture),
        _ => Math.Exp(log).ToString("0.##", Culture),
    };

    private static long Rounded(long more)
    {
        var unit = Math.Max(1, (long)Math.Pow(10, Math.Floor(Math.Log10(Math.Max(1, more))) - 1));
        return (more + unit - 1) / unit * unit;
    }

    private static TimeSpan Whole(TimeSpan time) => time switch
    {
        { TotalDays: >= 3 } => TimeSpan.FromDays(Math.Ceiling(time.TotalDays)),
        { TotalHours: >= 2 } => TimeSpan.FromHours(Math.Ceiling(time.TotalHours)),
        { TotalMinutes: >= 1 } => TimeSpan.FromMinutes(Math.Ceiling(time.TotalMinutes)),
        _ => TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(time.TotalSeconds))),
    };
}
