using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Identity.Domain;

/// <summary>What somebody wants a key to be.</summary>
/// <param name="Environment">Null for every environment.</param>
/// <param name="ExpiresAt">Null for never.</param>
public sealed record KeyRequest(string? Name, ImmutableArray<string> Scopes, string? Environment, DateTimeOffset? ExpiresAt);

/// <summary>A key as it is handed out, once.</summary>
/// <param name="Text">The whole key.</param>
/// <param name="Prefix">Its beginning, which is kept to recognize it by.</param>
/// <param name="Hash">What is kept to check it by.</param>
public sealed record FreshKey(string Text, string Prefix, byte[] Hash)
{
    // 256 random bits: with that, a plain hash is as good as a slow one, and a hundred thousand times as fast.
    private const int RandomBytes = 32;
    private const int Length = 50;
    private const string Start = "athena_";
    private const int PrefixLength = 12;

    public static FreshKey Make()
    {
        var text = Start + Base64UrlOf(RandomNumberGenerator.GetBytes(RandomBytes));
        return new FreshKey(text, text[..PrefixLength], SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>True for what could be a key; whether it is one only the hash tells.</summary>
    public static bool HasShape(ReadOnlySpan<char> text) =>
        text.Length == Length && text.StartsWith(Start, StringComparison.Ordinal) && System.Buffers.Text.Base64Url.IsValid(text[Start.Length..]);

    private static string Base64UrlOf(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}

public static partial class KeyRules
{
    public const int LongestName = 100;

    /// <summary>Everything that is wrong with a request, empty when nothing is.</summary>
    /// <param name="environments">Those that exist, or empty when they are not known here.</param>
    public static ImmutableArray<RefusalItem> Check(KeyRequest request, ImmutableArray<string> environments, DateTimeOffset now)
    {
        var items = ImmutableArray.CreateBuilder<RefusalItem>();
        if (string.IsNullOrWhiteSpace(request.Name)) items.Add(new("name", "is missing", Expected: "what uses the key, e.g. checkout-service"));
        else if (request.Name.Trim().Length > LongestName || request.Name.Any(char.IsControl)) items.Add(new("name", "is too long or has control characters", Expected: $"at most {LongestName} characters"));

        var allScopes = string.Join(", ", KeyScopes.All);
        if (request.Scopes.IsDefaultOrEmpty) items.Add(new("scopes", "are missing", Expected: "at least one of " + allScopes));
        else foreach (var scope in request.Scopes.Where(scope => !KeyScopes.All.Contains(scope))) items.Add(new("scopes", "is not a scope", scope, "one of " + allScopes));

        CheckEnvironment(request, environments, items);
        if (request.ExpiresAt <= now) items.Add(new("expiresAt", "is in the past", Expected: "a moment to come, or nothing"));
        return items.ToImmutable();
    }

    private static void CheckEnvironment(KeyRequest request, ImmutableArray<string> environments, ImmutableArray<RefusalItem>.Builder items)
    {
        if (request.Environment is not { } environment)
        {
            // Batches and evaluations do not say where they come from; the key does.
            if (!request.Scopes.IsDefault && request.Scopes.FirstOrDefault(scope => scope is KeyScopes.EvaluateFlags or KeyScopes.WriteHealth) is { } bound)
                items.Add(new("environment", $"is missing: a key for {bound} belongs to one environment", Expected: Known(environments)));
        }
        else if (!Name().IsMatch(environment) || (!environments.IsDefaultOrEmpty && !environments.Contains(environment)))
        {
            items.Add(new("environment", "is not an environment", environment, Known(environments)));
        }
    }

    private static string Known(ImmutableArray<string> environments) =>
        environments.IsDefaultOrEmpty ? "its name, e.g. production" : "one of " + string.Join(", ", environments);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,49}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Name();
}
