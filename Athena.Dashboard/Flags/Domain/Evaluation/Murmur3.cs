using System.Buffers.Binary;
using System.Numerics;

namespace Athena.Dashboard.Flags.Domain.Evaluation;

/// <summary>
/// MurmurHash3 x86 32-bit (Austin Appleby, public domain), fed in parts: a flag hashes its key once when it is
/// compiled and continues from a copy of that state for each user.
/// </summary>
public struct Murmur3(uint seed)
{
    private uint hash = seed;
    private uint tail;
    private int tailBits;
    private uint length;

    public static uint Hash(ReadOnlySpan<byte> data, uint seed = 0)
    {
        var state = new Murmur3(seed);
        state.Add(data);
        return state.Finish();
    }

    public void Add(ReadOnlySpan<byte> data)
    {
        length += (uint)data.Length;
        while (data.Length >= 4)
        {
            var block = BinaryPrimitives.ReadUInt32LittleEndian(data);
            data = data[4..];
            if (tailBits == 0)
            {
                Mix(block);
                continue;
            }

            Mix(tail | (block << tailBits));
            tail = block >> (32 - tailBits);
        }

        foreach (var value in data)
        {
            tail |= (uint)value << tailBits;
            tailBits += 8;
            if (tailBits < 32) continue;
            Mix(tail);
            (tail, tailBits) = (0, 0);
        }
    }

    public readonly uint Finish()
    {
        var h = hash ^ Scramble(tail) ^ length;
        h ^= h >> 16;
        h *= 0x85ebca6b;
        h ^= h >> 13;
        h *= 0xc2b2ae35;
        return h ^ (h >> 16);
    }

    private void Mix(uint block) => hash = (BitOperations.RotateLeft(hash ^ Scramble(block), 13) * 5) + 0xe6546b64;

    // Zero stays zero, so an empty tail leaves the hash as it is.
    private static uint Scramble(uint block) => BitOperations.RotateLeft(block * 0xcc9e2d51, 15) * 0x1b873593;
}
