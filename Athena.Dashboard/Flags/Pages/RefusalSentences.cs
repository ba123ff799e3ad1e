using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Pages;

internal static class RefusalSentences
{
    /// <summary>A refusal as the tip of a button: why, and who can.</summary>
    public static string Sentence(this Refusal refusal) =>
        refusal.WhoCan.IsDefaultOrEmpty ? refusal.Title : $"{refusal.Title} {string.Join(", ", refusal.WhoCan)} can.";
}
