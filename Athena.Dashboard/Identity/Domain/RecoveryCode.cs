using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Athena.Dashboard.Identity.Domain;

/// <summary>
/// What lets somebody in whose authenticator app is gone. Each code is good once. 75 random bits: there is nothing to
/// guess, so a plain hash keeps them as well as a slow one would.
/// </summary>
public static class RecoveryCode
{
    public const int Count = 10;

    // Letters and digits that nobody takes for one another when he copies them from paper.
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
    private const int Groups = 3;
    private const int GroupLength = 5;

    public static ImmutableArray<string> Make() =>
        [.. Enumerable.Range(0, Count).Select(_ => string.Join('-', Enumerable.Range(0, Groups).Select(_ => RandomNumberGenerator.GetString(Alphabet, GroupLength))))];

    /// <summary>What is kept of a code; spaces, hyphens and capitals do not matter.</summary>
    public static string HashOf(string code)
    {
        var letters = string.Concat(code.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(letters)));
    }

    /// <summary>The codes that are left once this one is used; null when it is none of them.</summary>
    public static ImmutableArray<string>? Use(ImmutableArray<string> hashes, string code)
    {
        var typed = Encoding.UTF8.GetBytes(HashOf(code));
        var used = hashes.FirstOrDefault(hash => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(hash), typed));
        return used is null ? null : hashes.Remove(used);
    }
}
