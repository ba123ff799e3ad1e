using System.Net;
using System.Net.Sockets;

namespace Athena.Dashboard.Platform.Api;

/// <summary>
/// What counts as one place that requests come from: an IPv4 address, or the first 64 bits of an IPv6 one, which is the
/// least that anybody is given. Counting whole IPv6 addresses would hand each caller 2⁶⁴ of them.
/// </summary>
public static class ClientNetwork
{
    private const int Ipv6Bytes = 8;

    public static string Of(HttpContext context) => Of(context.Connection.RemoteIpAddress);

    public static string Of(string? address) => IPAddress.TryParse(address, out var parsed) ? Of(parsed) : address ?? "";

    private static string Of(IPAddress? address)
    {
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4().ToString();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(Ipv6Bytes).Clear();
        return new IPAddress(bytes) + "/64";
    }
}
