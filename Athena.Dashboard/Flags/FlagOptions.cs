using System.ComponentModel.DataAnnotations;

namespace Athena.Dashboard.Flags;

/// <summary>Limits of evaluation over HTTP; section <c>Athena:Flags</c>.</summary>
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
}
