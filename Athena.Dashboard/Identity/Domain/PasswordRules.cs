using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Identity.Domain;

/// <summary>
/// What a password has to be, after OWASP ASVS 5.0 (6.2): long, not one that everybody tries first, and otherwise
/// whatever the person likes. No rule asks for kinds of characters.
/// </summary>
public static class PasswordRules
{
    public const int Shortest = 12;
    public const int Longest = 128;

    private static readonly string[] Runs = ["abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "1234567890123456789012345678901234567890"];

    // The words that the common lists of twelve characters and more are made of.
    private static readonly string[] Common =
    [
        "password", "passwort", "passw0rd", "p@ssword", "p@ssw0rd", "letmein", "welcome", "iloveyou", "administrator", "admin",
        "changeme", "default", "secret", "master", "login", "dragon", "monkey", "football", "baseball", "sunshine", "princess",
        "superman", "qwerty", "qwertz", "azerty", "trustno1", "whatever", "athena", "dashboard", "release", "manager",
        "test", "demo", "guest", "user", "root", "temp", "company", "summer", "winter", "spring", "autumn",
    ];

    /// <param name="about">What is known about the person: address, name. A password made of it is refused.</param>
    /// <returns>Everything that is wrong, empty when nothing is.</returns>
    public static ImmutableArray<RefusalItem> Check(string? password, params ReadOnlySpan<string?> about)
    {
        var length = new StringInfo(password ?? "").LengthInTextElements;
        if (length < Shortest) return [new("password", "is too short", $"{length} characters", $"at least {Shortest}, e.g. four or five words")];
        if (length > Longest) return [new("password", "is too long", $"{length} characters", $"at most {Longest}")];
        return IsGuessable(password!, about)
            ? [new("password", "is among the first that anybody would try", Expected: "words that do not belong together, and not your name or address")]
            : [];
    }

    private static bool IsGuessable(string password, ReadOnlySpan<string?> about)
    {
        var text = password.ToLowerInvariant();
        if (text.Distinct().Count() <= 3 || Array.Exists(Runs, run => run.Contains(text, StringComparison.Ordinal))) return true;
        IEnumerable<string> words = [.. Common, .. WordsOf(about)];
        foreach (var word in words.OrderByDescending(word => word.Length)) text = text.Replace(word, "", StringComparison.Ordinal);
        // What a common word leaves over has to be worth something by itself: "Password2025!!" is not.
        return text.Count(char.IsLetter) < 4;
    }

    private static List<string> WordsOf(ReadOnlySpan<string?> about)
    {
        var words = new List<string>();
        foreach (var text in about)
            words.AddRange((text ?? "").ToLowerInvariant().Split([' ', '@', '.', '-', '_', '+'], StringSplitOptions.RemoveEmptyEntries).Where(word => word.Length >= 3));
        return words;
    }
}
