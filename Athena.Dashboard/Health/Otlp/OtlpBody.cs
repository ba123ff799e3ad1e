using System.Buffers;
using System.IO.Compression;

namespace Athena.Dashboard.Health.Otlp;

/// <summary>Unpacks a body, and no more of it than is taken: a few kilobytes can unpack to gigabytes.</summary>
internal static class OtlpBody
{
    /// <summary>Bytes that are received.</summary>
    public const int MostBytes = 4 * 1024 * 1024;

    /// <summary>Bytes that they may unpack to.</summary>
    public const int MostUnpacked = 16 * 1024 * 1024;

    /// <returns>Null when it is more than is taken.</returns>
    /// <exception cref="InvalidDataException">It is not gzip, or ends too soon.</exception>
    public static ReadOnlyMemory<byte>? Unpack(ReadOnlyMemory<byte> packed)
    {
        if (packed.Length < 18) throw new InvalidDataException("It is too short.");
        using var source = new MemoryStream(packed.ToArray(), writable: false);
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        var unpacked = new ArrayBufferWriter<byte>(Math.Min(packed.Length * 4, MostUnpacked));
        while (gzip.Read(unpacked.GetSpan(64 * 1024)) is var read and > 0)
        {
            unpacked.Advance(read);
            if (unpacked.WrittenCount > MostUnpacked) return null;
        }

        // A stream that was cut off just ends; its last four bytes say how long it was to be.
        var length = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(packed.Span[^4..]);
        return length == (uint)unpacked.WrittenCount ? unpacked.WrittenMemory : throw new InvalidDataException("It ends too soon.");
    }
}
