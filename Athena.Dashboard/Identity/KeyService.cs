using System.Collections.Immutable;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Identity.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Identity;

/// <summary>A key just made.</summary>
/// <param name="Key">The key itself; nobody sees it again.</param>
public sealed record IssuedKey(Guid Id, string Name, string Key);

/// <summary>A key as lists show it.</summary>
/// <param name="Prefix">The beginning of the key.</param>
/// <param name="Environment">Null: every environment.</param>
public sealed record KeyRow(
    Guid Id,
    string Name,
    string Prefix,
    ImmutableArray<string> Scopes,
    string? Environment,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt,
    KeyState State);

/// <summary>Makes and revokes API keys.</summary>
public sealed class KeyService(Store store, KeyRing ring, IEnumerable<IKeyEnvironments> environments, TimeProvider clock)
{
    public async Task<Outcome<IssuedKey>> CreateAsync(KeyRequest request, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.ManagePeople, "make API keys") is { } lacking) return lacking;
        var judged = Judge(request);
        if (!judged.Items.IsEmpty) return judged;

        var fresh = FreshKey.Make();
        var issued = await store.WriteAsync<IssuedKey>(
            actor,
            (write, _) =>
            {
                var row = new ApiKey
                {
                    Id = Guid.CreateVersion7(write.Now),
                    Name = request.Name!.Trim(),
                    Prefix = fresh.Prefix,
                    Hash = fresh.Hash,
                    Scopes = [.. request.Scopes.Distinct()],
                    Environment = request.Environment,
                    CreatedAt = write.Now,
                    CreatedBy = actor.Name,
                    ExpiresAt = request.ExpiresAt,
                };
                write.Add(row);
                write.Append(new KeyCreated(row.Id, row.Name, row.Scopes, row.Environment, row.ExpiresAt));
                return Task.FromResult<Outcome<IssuedKey>>(new IssuedKey(row.Id, row.Name, fresh.Text));
            },
            cancellationToken);
        if (issued.IsAccepted) await ring.RefreshAsync(CancellationToken.None);
        return issued;
    }

    /// <summary>Everything that is wrong with a request; no item when nothing is.</summary>
    /// <param name="more">What was found wrong with it before.</param>
    internal Refusal Judge(KeyRequest request, params ReadOnlySpan<RefusalItem> more) =>
        Refusal.Invalid("key_invalid", "This key cannot be made.", [.. KeyRules.Check(request, [.. environments.SelectMany(known => known.Names)], clock.GetUtcNow()), .. more]);

    /// <summary>Ends a key. Nothing waits for anything here, so no version is asked for.</summary>
    public async Task<Outcome<Done>> RevokeAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.ManagePeople, "revoke API keys") is { } lacking) return lacking;
        var revoked = await store.WriteAsync<Done>(
            actor,
            async (write, token) =>
            {
                if (await write.Db.Set<ApiKey>().FirstOrDefaultAsync(key => key.Id == id, token) is not { } row) return Refusal.NotFound("key", id.ToString());
                if (row.RevokedAt is not null) return Refusal.Conflict("already_revoked", $"The key {row.Name} is revoked already.");
                write.Replace(row, row with { RevokedAt = write.Now });
                write.Append(new KeyRevoked(row.Id, row.Name));
                return Done.Yes;
            },
            cancellationToken);
        if (revoked.IsAccepted) await ring.RefreshAsync(CancellationToken.None);
        return revoked;
    }

    /// <summary>All keys, the newest first; those that no longer work come last.</summary>
    public async Task<ImmutableArray<KeyRow>> ListAsync(CancellationToken cancellationToken)
    {
        var rows = await store.ReadAsync((db, token) => db.Set<ApiKey>().OrderByDescending(key => key.CreatedAt).ToListAsync(token), cancellationToken);
        var used = ring.All.ToDictionary(key => key.Id, key => key.LastUsedTicks);
        return [.. rows.Select(row => RowOf(row, used.GetValueOrDefault(row.Id), clock.GetUtcNow())).OrderBy(row => row.State is not KeyState.Good)];
    }

    private static KeyRow RowOf(ApiKey key, long usedTicks, DateTimeOffset now) => new(
        key.Id,
        key.Name,
        key.Prefix,
        key.Scopes,
        key.Environment,
        key.CreatedAt,
        key.CreatedBy,
        key.ExpiresAt,
        key.RevokedAt,
        // This node knows better than the database, which is told once a minute.
        usedTicks > (key.LastUsedAt?.UtcTicks ?? 0) ? new DateTimeOffset(usedTicks, TimeSpan.Zero) : key.LastUsedAt,
        key.RevokedAt is not null ? KeyState.Revoked : key.ExpiresAt <= now ? KeyState.Expired : KeyState.Good);
}
