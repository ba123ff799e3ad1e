using Athena.Dashboard.Identity.Domain;

namespace Athena.Dashboard.Identity.Pages;

internal static class PasswordHint
{
    public static string Text { get; } = FormattableString.Invariant($"At least {PasswordRules.Shortest} characters, any you like: a few words do well.");
}
