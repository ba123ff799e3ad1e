using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Health.Domain.Otlp;

/// <summary>
/// Reads protobuf's wire format field by field, over the bytes as they came: a message within a message is a reader of
/// its own, so nothing is copied but texts.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int position;

    public int Field { get; private set; }

    public WireType Type { get; private set; }

    /// <summary>The value of a field of fixed length or a varint.</summary>
    public ulong Number { get; private set; }

    /// <summary>The content of a field with a length.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    public readonly double Double => BitConverter.UInt64BitsToDouble(Number);

    /// <summary>A message within this one.</summary>
    public readonly WireReader Message => Type == WireType.Length ? new WireReader(Content) : throw Wrong("is a number where a message is expected");

    public readonly string Text
    {
        get
        {
            if (Type != WireType.Length) throw Wrong("is a number where a text is expected");
            try
            {
                return StrictUtf8.Encoding.GetString(Content);
            }
            catch (DecoderFallbackException)
            {
                throw Wrong("is not UTF-8");
            }
        }
    }

    /// <exception cref="OtlpFaultException">The bytes are not protobuf.</exception>
    public bool Read()
    {
        if (position >= bytes.Length) return false;
        var tag = Varint();
        if (tag > uint.MaxValue || tag >> 3 == 0) throw Wrong("has a tag that cannot be");
        (Field, Type, Number) = ((int)(tag >> 3), (WireType)(tag & 7), 0);
        Content = default;
        switch (Type)
        {
            case WireType.Varint: Number = Varint(); break;
            case WireType.Fixed64: Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8)); break;
            case WireType.Fixed32: Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4)); break;
            case WireType.Length: Content = Take(Varint()); break;
            default: throw Wrong("is of a type that protobuf does not have");
        }

        return true;
    }

    /// <summary>A repeated number of eight bytes: packed, as it is always sent, or one by one. Of too many, one too many is read.</summary>
    public readonly void AddTo(ImmutableArray<ulong>.Builder values)
    {
        if (Type == WireType.Fixed64)
        {
            values.Add(Number);
            return;
        }

        if (Type != WireType.Length || Content.Length % 8 != 0) throw Wrong("is not a list of numbers of eight bytes");
        for (var at = 0; at < Content.Length && values.Count <= OtlpHistogram.MostBuckets; at += 8) values.Add(BinaryPrimitives.ReadUInt64LittleEndian(Content[at..]));
    }

    /// <summary>A repeated varint, packed or one by one. Of too many, one too many is read.</summary>
    public readonly void AddVarintsTo(ImmutableArray<long>.Builder values)
    {
        if (Type == WireType.Varint)
        {
            values.Add((long)Number);
            return;
        }

        if (Type != WireType.Length) throw Wrong("is not a list of numbers");
        var packed = new WireReader(Content);
        while (packed.position < packed.bytes.Length && values.Count <= OtlpHistogram.MostBuckets) values.Add((long)packed.Varint());
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (position >= bytes.Length) throw Wrong("ends within a number");
            var next = bytes[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }

        throw Wrong("has a number of more than ten bytes");
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(bytes.Length - position)) throw Wrong("ends before its content does");
        var taken = bytes.Slice(position, (int)length);
        position += (int)length;
        return taken;
    }

    private readonly OtlpFaultException Wrong(string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The message is not protobuf: field {Field}, before byte {position} of {bytes.Length}, {what}."));
}

internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Length = 2,
    Fixed32 = 5,
}
