using System.Net;
using Athena.Dashboard.Platform.Hosting;

namespace Athena.Dashboard.Demo;

/// <summary>Sample data and a simulated service, only behind <c>--demo</c>, and only on loopback.</summary>
public static class DemoSlice
{
    internal const string HttpClientName = "demo";

    public static IServiceCollection AddDemo(this IServiceCollection services, ServerSettings settings)
    {
        if (!settings.Demo) return services;
        services.AddHttpClient(HttpClientName).RemoveAllLoggers();
        services.AddSingleton<DemoAccounts>();
        services.AddSingleton<DemoStart>();
        services.AddSingleton<IStartupStep>(provider => provider.GetRequiredService<DemoStart>());
        services.AddSingleton<SimulatedService>();
        services.AddSingleton<SimulatedVisitors>();
        services.AddHostedService<DemoWorker>();
        return services;
    }

    /// <summary>
    /// Why a demo cannot be served at these addresses, or null. It prints accounts with their passwords, so nobody but
    /// this machine's own people may reach it.
    /// </summary>
    /// <param name="urls">Addresses separated by <c>;</c>.</param>
    public static string? RefusalFor(string urls) =>
        urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(url => !IsLoopback(url)) is { } open
            ? $"--demo prints accounts with their passwords and works on loopback only; {open} is not. Use http://localhost:5080."
            : null;

    private static bool IsLoopback(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));
}
