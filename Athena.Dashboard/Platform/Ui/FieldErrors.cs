using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>Shows the reasons of a refusal at the fields that they name.</summary>
public static class FieldErrors
{
    /// <summary>What a refusal says about one field, as sentences under it; null when it says nothing.</summary>
    /// <param name="refusal">What the command answered; only refused input names fields.</param>
    /// <param name="place">The field's name as the command knows it, e.g. <c>targetDate</c>.</param>
    public static string? Of(Refusal? refusal, string place)
    {
        if (refusal is not { Kind: RefusalKind.Invalid }) return null;
        var sentences = refusal.Items.Where(item => item.Place == place).Select(Sentence).ToList();
        return sentences.Count == 0 ? null : string.Join(' ', sentences);
    }

    private static string Sentence(RefusalItem item)
    {
        var subject = item.Message.StartsWith("are ", StringComparison.Ordinal) ? "These" : "This";
        return item.Expected is null ? $"{subject} {item.Message}." : $"{subject} {item.Message}. Expected: {item.Expected}.";
    }
}
