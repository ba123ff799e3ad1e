using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Athena.Dashboard.Identity.Domain;

/// <summary>The secret in a link that is good once; only its hash is kept.</summary>
public sealed record OneTimeToken(string Text, byte[] Hash)
{
    public static OneTimeToken Make()
    {
        var text = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return new OneTimeToken(text, HashOf(text));
    }

    public static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
