using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Communication;

/// <summary>Where people who read a mail find this dashboard.</summary>
public sealed class PublicAddress(IOptions<MailOptions> options, IServer server)
{
    /// <param name="path">With a leading slash.</param>
    public string Of(string path)
    {
        var root = options.Value.PublicUrl;
        if (root.Length == 0) root = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "";
        return root.TrimEnd('/') + path;
    }
}
