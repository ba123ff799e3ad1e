using System.Collections.Immutable;

namespace Athena.Dashboard.Platform.Hosting;

/// <summary>What the command line said about how to start.</summary>
/// <param name="Data">Folder of all data, or null for the configured one.</param>
/// <param name="Urls">Addresses to listen on, separated by <c>;</c>, or null for the configured ones.</param>
/// <param name="Demo">Fill in sample data and simulate a service; loopback only.</param>
/// <param name="Configuration">Further settings as <c>--Athena:Section:Key=value</c>.</param>
public sealed record ServerSettings(string? Data = null, string? Urls = null, bool Demo = false, ImmutableArray<string> Configuration = default)
{
    public const string DefaultUrls = "http://localhost:5080";
}
