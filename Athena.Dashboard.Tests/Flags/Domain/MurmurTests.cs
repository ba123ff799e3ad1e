using System.Text;
using Athena.Dashboard.Flags.Domain.Evaluation;

namespace Athena.Dashboard.Tests.Flags.Domain;

public sealed class MurmurTests
{
    /// <summary>The vectors that circulate with the reference implementation (SMHasher and its ports).</summary>
    [Theory]
    [InlineData("", 0x00000000u, 0x00000000u)]
    [InlineData("", 0x00000001u, 0x514E28B7u)]
    [InlineData("", 0xffffffffu, 0x81F16F39u)]
    [InlineData("a", 0x9747b28cu, 0x7FA09EA6u)]
    [InlineData("aa", 0x9747b28cu, 0x5D211726u)]
    [InlineData("aaa", 0x9747b28cu, 0x283E0130u)]
    [InlineData("aaaa", 0x9747b28cu, 0x5A97808Au)]
    [InlineData("ab", 0x9747b28cu, 0x74875592u)]
    [InlineData("abc", 0x9747b28cu, 0xC84A62DDu)]
    [InlineData("abcd", 0x9747b28cu, 0xF0478627u)]
    [InlineData("Hello, world!", 0x9747b28cu, 0x24884CBAu)]
    [InlineData("ππππππππ", 0x9747b28cu, 0xD58063C1u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x9747b28cu, 0x2FA826CDu)]
    [InlineData("hello", 0u, 0x248bfa47u)]
    [InlineData("hello, world", 0u, 0x149bbb7fu)]
    [InlineData("19 Jan 2038 at 3:14:07 AM", 0u, 0xe31e8a70u)]
    [InlineData("The quick brown fox jumps over the lazy dog.", 0u, 0xd5c48bfcu)]
    public void Hash_agrees_with_the_published_vectors(string text, uint seed, uint expected) =>
        Murmur3.Hash(Encoding.UTF8.GetBytes(text), seed).ShouldBe(expected);

    [Theory]
    [InlineData("FFFFFFFF", 0u, 0x76293B50u)]
    [InlineData("21436587", 0u, 0xF55B516Bu)]
    [InlineData("21436587", 0x5082EDEEu, 0x2362F9DEu)]
    [InlineData("214365", 0u, 0x7E4A8634u)]
    [InlineData("2143", 0u, 0xA0F7B07Au)]
    [InlineData("21", 0u, 0x72661CF4u)]
    [InlineData("00000000", 0u, 0x2362F9DEu)]
    [InlineData("000000", 0u, 0x85F0B427u)]
    [InlineData("0000", 0u, 0x30F4C306u)]
    [InlineData("00", 0u, 0x514E28B7u)]
    public void Hash_agrees_with_the_published_vectors_of_bytes(string hex, uint seed, uint expected) =>
        Murmur3.Hash(Convert.FromHexString(hex), seed).ShouldBe(expected);

    [Fact]
    public void Hash_does_not_depend_on_how_the_bytes_are_cut()
    {
        var random = new Random(20250815);
        for (var round = 0; round < 2_000; round++)
        {
            var data = new byte[random.Next(0, 40)];
            random.NextBytes(data);
            var state = new Murmur3(7);
            for (var at = 0; at < data.Length;)
            {
                var length = random.Next(0, data.Length - at + 1);
                state.Add(data.AsSpan(at, length));
                at += length;
            }

            state.Finish().ShouldBe(Murmur3.Hash(data, 7), $"round {round}: {Convert.ToHexString(data)}");
        }
    }
}
