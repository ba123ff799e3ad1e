using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Identity.Access;

/// <inheritdoc cref="IApiKeys"/>
/// <remarks>A token is the key's id, the instant that it ends, and an HMAC of both with the key's stored hash: all nodes agree, and it ends with its key.</remarks>
internal sealed class ApiKeys(KeyRing ring, TimeProvider clock) : IApiKeys
{
    public event EventHandler? Changed
    {
        add => ring.Changed += value;
        remove => ring.Changed -= value;
    }

    private const int BodyLength = 16 + 8;
    private const int SealLength = 16;

    public Actor? Find(ReadOnlySpan<char> presented)
    {
        if (ring.Find(presented) is not { } key) return null;
        var now = clock.GetUtcNow();
        if (key.StateAt(now) != KeyState.Good) return null;
        key.Use(now);
        return key.Actor;
    }

    public Task<bool> LookAgainAsync(CancellationToken cancellationToken) => ring.RefreshForUnknownAsync(cancellationToken);

    public bool IsGood(Guid keyId) => ring.Find(keyId)?.StateAt(clock.GetUtcNow()) == KeyState.Good;

    public string? IssueToken(Guid keyId, DateTimeOffset until)
    {
        if (ring.Find(keyId) is not { } key) return null;
        Span<byte> token = stackalloc byte[BodyLength + SealLength];
        keyId.TryWriteBytes(token);
        BinaryPrimitives.WriteInt64LittleEndian(token[16..], until.ToUnixTimeSeconds());
        Seal(key, token[..BodyLength], token[BodyLength..]);
        return Base64Url.EncodeToString(token);
    }

    public ApiKeyToken? ReadToken(string token)
    {
        Span<byte> read = stackalloc byte[BodyLength + SealLength];
        if (token.Length > 64 || !Base64Url.TryDecodeFromChars(token, read, out var length) || length != read.Length) return null;
        if (ring.Find(new Guid(read[..16])) is not { } key || key.StateAt(clock.GetUtcNow()) != KeyState.Good) return null;
        Span<byte> seal = stackalloc byte[SealLength];
        Seal(key, read[..BodyLength], seal);
        return CryptographicOperations.FixedTimeEquals(seal, read[BodyLength..])
            ? new ApiKeyToken(key.Actor, BinaryPrimitives.ReadInt64LittleEndian(read[16..]) <= clock.GetUtcNow().ToUnixTimeSeconds())
            : null;
    }

    private static void Seal(ActiveKey key, ReadOnlySpan<byte> body, Span<byte> into)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Hash, body, whole);
        whole[..SealLength].CopyTo(into);
    }
}
