using System.Collections.Concurrent;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Identity;

/// <summary>
/// Lets an address (IPv6: a network) fail only so often within ten minutes, whatever accounts it tries. In memory: a restart forgives,
/// the count per account in the database does not.
/// </summary>
public sealed class SignInThrottle(IOptions<AccessOptions> options, TimeProvider clock)
{
    private const int MostAddresses = 10_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Tries> byAddress = new(StringComparer.Ordinal);

    /// <summary>Null when the address may try, else when it may again.</summary>
    public Refusal? Refuse(string? address)
    {
        if (!byAddress.TryGetValue(ClientNetwork.Of(address), out var tries) || tries.Failed < options.Value.TriesPerAddress) return null;
        var left = Window - clock.GetElapsedTime(tries.Since);
        if (left <= TimeSpan.Zero) return null;
        return new Refusal(
            RefusalKind.TooMany,
            "too_many_tries",
            "There were too many wrong tries from your address.",
            $"Try again in {Math.Ceiling(left.TotalMinutes):0} min.")
        {
            RetryAfter = left,
        };
    }

    public void Failed(string? address)
    {
        Forget();
        byAddress.AddOrUpdate(
            ClientNetwork.Of(address),
            _ => new Tries(1, clock.GetTimestamp()),
            (_, tries) => clock.GetElapsedTime(tries.Since) >= Window ? new Tries(1, clock.GetTimestamp()) : tries with { Failed = tries.Failed + 1 });
    }

    // Only when somebody comes from very many addresses.
    private void Forget()
    {
        if (byAddress.Count < MostAddresses) return;
        foreach (var (address, tries) in byAddress)
        {
            if (clock.GetElapsedTime(tries.Since) >= Window) byAddress.TryRemove(address, out _);
        }

        if (byAddress.Count >= MostAddresses) byAddress.Clear();
    }

    private sealed record Tries(int Failed, long Since);
}
