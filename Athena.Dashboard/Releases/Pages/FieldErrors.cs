using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Releases.Pages;

/// <summary>Shows the reasons of a refusal at the fields that they name.</summary>
internal static class FieldErrors
{
    public static string? Of(Refusal? refusal, string place) =>
        refusal?.Items.FirstOrDefault(item => item.Place == place) is { } fault
            ? fault.Expected is null ? $"This {fault.Message}." : $"This {fault.Message}. Expected: {fault.Expected}."
            : null;
}
