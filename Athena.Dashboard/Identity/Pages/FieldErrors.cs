using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Identity.Pages;

internal static class FieldErrors
{
    /// <summary>What a refusal says about one field, as a sentence under it.</summary>
    public static string? Of(Refusal? refusal, string place)
    {
        var texts = refusal?.Items.Where(item => item.Place == place)
            .Select(item => char.ToUpperInvariant(item.Message[0]) + item.Message[1..] + (item.Expected is null ? "" : $". Expected: {item.Expected}"));
        return texts is null || !texts.Any() ? null : string.Join(". ", texts);
    }
}
