using System.ComponentModel.DataAnnotations;

namespace Athena.Dashboard.Flags;

/// <summary>Limits of evaluation over HTTP, and when flags are to go; section <c>Athena:Flags</c>.</summary>
public sealed class FlagOptions
{
    public const string Section = "Athena:Flags";

    /// <summary>The largest evaluation request, in bytes, 1,024 to 1,048,576. Default 65,536.</summary>
    [Range(1_024, 1_048_576)]
    public int MostContextBytes { get; set; } = 65_536;

    /// <summary>Evaluation requests that one API key may make in a second, 1 to 1,000,000; beyond it 429. Default 10,000.</summary>
    [Range(1, 1_000_000)]
    public int MostEvaluationsPerSecond { get; set; } = 10_000;

    /// <summary>
    /// Origins whose pages may evaluate from the browser (<c>https://app.example.com</c>). Default <c>*</c>, any: a key
    /// is needed all the same, and cookies are never accepted from other origins.
    /// </summary>
    [MinLength(1)]
    public string[] AllowedOrigins { get; set; } = ["*"];

    /// <summary>Streams that are open at a time in all, 1 to 100,000; beyond it 429. Default 20,000.</summary>
    [Range(1, 100_000)]
    public int MostStreams { get; set; } = 20_000;

    /// <summary>How long the address of a stream may be used to open it, in minutes, 0.05 to 10,080. Default 60.</summary>
    [Range(0.05, 10_080)]
    public double StreamTokenMinutes { get; set; } = 60;

    /// <summary>
    /// How long a client that was told of a change is kept waiting where this server has not heard of it yet, in seconds,
    /// 0 to 8 (the providers give up after 10). Default 3. After that it is answered from what there is, without a tag.
    /// </summary>
    [Range(0, 8)]
    public int RefetchWaitSeconds { get; set; } = 3;

    /// <summary>After how many days without an evaluation a flag is shown as unused, 1 to 3,650. Default 30.</summary>
    [Range(1, 3_650)]
    public int UnusedDays { get; set; } = 30;

    /// <summary>
    /// How many days after a reminder of a flag's removal its owner is reminded again, 1 to 365. Default 14. The first
    /// reminder goes out when the flag's release is over; none does while somebody has put them off.
    /// </summary>
    [Range(1, 365)]
    public int ReminderDays { get; set; } = 14;

    /// <summary>How often a silent stream says that it is alive, in seconds, 1 to 300. Default 20.</summary>
    [Range(1, 300)]
    public int StreamKeepAliveSeconds { get; set; } = 20;
}
