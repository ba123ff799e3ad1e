using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Identity.Contracts;

/// <summary>
/// API keys for endpoints that answer tens of thousands of requests a second and stand outside the ordinary pipeline.
/// Whoever uses it checks permission and environment himself.
/// </summary>
public interface IApiKeys
{
    /// <summary>Reads no database and allocates nothing.</summary>
    /// <returns>Null for a key that is not known, revoked or expired.</returns>
    Actor? Find(ReadOnlySpan<char> presented);

    /// <summary>Reads the keys again, at most once a second: a key may have been made by another process.</summary>
    /// <returns>False when nothing was read.</returns>
    Task<bool> LookAgainAsync(CancellationToken cancellationToken);

    /// <summary>A key may have ended: whoever keeps something open for one has to ask <see cref="IsGood"/> again.</summary>
    event EventHandler? Changed;

    /// <summary>Whether a key that was good before still is.</summary>
    bool IsGood(Guid keyId);

    /// <summary>A text that stands for a key where only an address can be given, and that alone gives nothing else away.</summary>
    /// <returns>Null when there is no such key.</returns>
    string? IssueToken(Guid keyId, DateTimeOffset until);

    /// <summary>Whom a token stands for; null when it was not issued here, or its key is not good any more.</summary>
    ApiKeyToken? ReadToken(string token);
}

/// <param name="IsExpired">It was good once.</param>
public sealed record ApiKeyToken(Actor Actor, bool IsExpired);
