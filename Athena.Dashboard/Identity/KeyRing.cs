using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Athena.Dashboard.Identity.Access;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Identity.Storage;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Identity;

/// <summary>
/// All API keys in memory, by their hash: checking one reads no database and allocates nothing. Read anew after every
/// change, and at most once a second when an unknown key turns up, which may have been made by another process.
/// </summary>
public sealed class KeyRing(Store store, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim reading = new(1);
    private FrozenDictionary<KeyHash, ActiveKey> keys = FrozenDictionary<KeyHash, ActiveKey>.Empty;
    private FrozenDictionary<Guid, ActiveKey> byId = FrozenDictionary<Guid, ActiveKey>.Empty;
    private long lastRead;
    private DateTimeOffset toldUntil = clock.GetUtcNow();

    /// <summary>After every reading, and when a key has expired; on whatever thread found it out.</summary>
    public event EventHandler? Changed;

    internal IEnumerable<ActiveKey> All => keys.Values;

    /// <summary>The key that was presented, revoked and expired ones too; null when there is none such.</summary>
    internal ActiveKey? Find(ReadOnlySpan<char> presented) =>
        KeyHash.TryOf(presented, out var hash) ? keys.GetValueOrDefault(hash) : null;

    /// <summary>A key as it is now; null when there is none such.</summary>
    internal ActiveKey? Find(Guid id) => byId.GetValueOrDefault(id);

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            lastRead = clock.GetTimestamp();
            var rows = await store.ReadAsync((db, token) => db.Set<ApiKey>().ToListAsync(token), cancellationToken);
            var next = rows.Select(row => (Hash: KeyHash.From(row.Hash), Key: new ActiveKey(row, byId.GetValueOrDefault(row.Id)))).ToList();
            byId = next.ToFrozenDictionary(entry => entry.Key.Id, entry => entry.Key);
            keys = next.ToFrozenDictionary(entry => entry.Hash, entry => entry.Key);
        }
        finally
        {
            reading.Release();
        }

        Changed?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>Tells when a key's time has run out since this was last asked.</summary>
    internal void TellOfExpired()
    {
        var (since, now) = (toldUntil, clock.GetUtcNow());
        toldUntil = now;
        if (keys.Values.Any(key => key.StateAt(since) is KeyState.Good && key.StateAt(now) is KeyState.Expired)) Changed?.Invoke(this, EventArgs.Empty);
    }

    /// <returns>False when the last reading is too young for another.</returns>
    public async Task<bool> RefreshForUnknownAsync(CancellationToken cancellationToken)
    {
        if (clock.GetElapsedTime(Volatile.Read(ref lastRead)) < ShortestRest) return false;
        await RefreshAsync(cancellationToken);
        return true;
    }

    public void Dispose() => reading.Dispose();
}

/// <summary>SHA-256 of a key, as a value that a dictionary can find.</summary>
public readonly record struct KeyHash(ulong A, ulong B, ulong C, ulong D)
{
    private const int LongestKey = 128;

    public static bool TryOf(ReadOnlySpan<char> presented, out KeyHash hash)
    {
        hash = default;
        if (presented.IsEmpty || presented.Length > LongestKey) return false;
        Span<byte> text = stackalloc byte[LongestKey * 3];
        var length = Encoding.UTF8.GetBytes(presented, text);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], digest);
        hash = From(digest);
        return true;
    }

    public static KeyHash From(ReadOnlySpan<byte> digest) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(digest),
        BinaryPrimitives.ReadUInt64LittleEndian(digest[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(digest[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(digest[24..]));
}
