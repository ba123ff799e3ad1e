using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Athena.Dashboard.Identity.Contracts;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Flags.Ofrep;

/// <summary>
/// Addresses of streams. A browser cannot send headers with them, so they carry a token that stands for the key for a
/// while. It is the end of the reply about all flags, outside of its tag.
/// </summary>
internal sealed class StreamTokens(IApiKeys keys, IOptions<FlagOptions> options, TimeProvider clock)
{
    public const string Path = "events";

    /// <summary>What a stream with an expired token says once, to be handed back with the next request.</summary>
    public const string Renew = "renew-stream";

    private const string Told = "flagConfigEtag";

    private readonly TimeSpan life = TimeSpan.FromMinutes(options.Value.StreamTokenMinutes);
    private readonly ConcurrentDictionary<Guid, (byte[] End, DateTimeOffset RenewAt)> ends = [];

    /// <summary>The end of a reply, from its list of flags on.</summary>
    public ReadOnlySpan<byte> EndOf(Guid keyId)
    {
        var now = clock.GetUtcNow();
        if (ends.TryGetValue(keyId, out var known) && now < known.RenewAt) return known.End;
        var token = keys.IssueToken(keyId, now + life);
        var end = token is null
            ? "]}"u8.ToArray()
            : Encoding.UTF8.GetBytes($$"""],"eventStreams":[{"type":"sse","endpoint":{"requestUri":"/ofrep/v1/{{Path}}?token={{token}}"},"inactivityDelaySec":120}]}""");
        ends[keyId] = (end, now + (life / 2));
        return end;
    }

    /// <summary>
    /// Whether the client was told that its token has expired. A 304 would leave it with the old address for ever.
    /// </summary>
    public static bool AsksForNew(HttpRequest request) => request.QueryString.HasValue && request.Query[Told] == Renew;

    /// <summary>What the client was told that it may ask for now: a tag of <see cref="FlagStreams"/>; null for none.</summary>
    public static long? PositionIn(HttpRequest request) =>
        long.TryParse(request.Query[Told], NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : null;
}
