using System.Collections.Immutable;
using System.Security.Claims;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Identity.Storage;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Authentication;

namespace Athena.Dashboard.Identity.Access;

/// <summary>A key as requests meet it: everything that an answer needs is made once.</summary>
internal sealed class ActiveKey
{
    private readonly long expiresAtTicks;
    private readonly bool isRevoked;
    private readonly LastUse use;

    /// <param name="before">The same key from the reading before, whose uses are not written down yet.</param>
    public ActiveKey(ApiKey row, ActiveKey? before)
    {
        Id = row.Id;
        Name = row.Name;
        Hash = row.Hash;
        expiresAtTicks = row.ExpiresAt?.UtcTicks ?? long.MaxValue;
        isRevoked = row.RevokedAt is not null;
        use = before?.use ?? new LastUse();
        use.Raise(row.LastUsedAt?.UtcTicks ?? 0);
        Actor = new Actor(ActorKind.Key, row.Id, row.Name, KeyScopes.Permissions(row.Scopes), [], row.Environment);
        var ticket = new AuthenticationTicket(new ClaimsPrincipal(new KeyIdentity(this)), AccessSchemes.Key);
        Accepted = Task.FromResult(AuthenticateResult.Success(ticket));
    }

    public Guid Id { get; }

    public string Name { get; }

    /// <summary>SHA-256 of the key: a secret between nodes, and never told.</summary>
    public byte[] Hash { get; }

    public Actor Actor { get; }

    public Task<AuthenticateResult> Accepted { get; }

    public long LastUsedTicks => use.Ticks;

    public KeyState StateAt(DateTimeOffset now) =>
        isRevoked ? KeyState.Revoked : now.UtcTicks >= expiresAtTicks ? KeyState.Expired : KeyState.Good;

    public void Use(DateTimeOffset now) => use.Raise(now.UtcTicks);

    /// <summary>One for all readings of a key: what a request notes while the keys are read again must not be lost.</summary>
    private sealed class LastUse
    {
        private long ticks;

        public long Ticks => Volatile.Read(ref ticks);

        public void Raise(long to)
        {
            for (var known = Ticks; known < to;)
            {
                var found = Interlocked.CompareExchange(ref ticks, to, known);
                if (found == known) return;
                known = found;
            }
        }
    }
}

/// <summary>The identity of a request with a key.</summary>
internal sealed class KeyIdentity(ActiveKey key) : ClaimsIdentity(
    [new Claim(ClaimTypes.NameIdentifier, key.Id.ToString()), new Claim(ClaimTypes.Name, key.Name)],
    AccessSchemes.Key)
{
    public ActiveKey Key { get; } = key;
}
