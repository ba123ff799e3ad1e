using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Platform.Hosting;

/// <summary>
/// Keeps those of the framework's own log lines away that hold secrets, however much an operator turns the logging up:
/// whole addresses with the tokens of links in them, and what hubs and circuits are sent, every typed password among it.
/// </summary>
internal sealed class SecretLogs : IPostConfigureOptions<LoggerFilterOptions>
{
    // The category, and the lowest level at which it says nothing secret.
    private static readonly (string Category, LogLevel Lowest)[] Tellers =
    [
        ("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning),
        ("Microsoft.AspNetCore.SignalR", LogLevel.Information),
        ("Microsoft.AspNetCore.Http.Connections", LogLevel.Information),
        ("Microsoft.AspNetCore.Components", LogLevel.Information),
    ];

    public void PostConfigure(string? name, LoggerFilterOptions options)
    {
        var asked = options.Rules.ToList();
        // A rule for one provider counts more than one for all, so each needs its own; of two alike the last one counts.
        foreach (var provider in asked.Select(rule => rule.ProviderName).Append(null).Distinct())
        {
            foreach (var (teller, lowest) in Tellers)
            {
                foreach (var category in asked.Select(rule => rule.CategoryName).Where(category => IsWithin(category, teller)).Append(teller).Distinct())
                {
                    var wanted = LevelOf(category!, provider, asked) ?? options.MinLevel;
                    options.Rules.Add(new LoggerFilterRule(provider, category, wanted > lowest ? wanted : lowest, filter: null));
                }
            }
        }
    }

    // As the framework chooses: the rule of the provider, else one of all, and of those the one with the longest category.
    private static LogLevel? LevelOf(string category, string? provider, List<LoggerFilterRule> asked) =>
        (asked.Where(rule => rule.ProviderName == provider && IsWithin(category, rule.CategoryName)).MaxBy(rule => rule.CategoryName?.Length ?? 0)
            ?? asked.Where(rule => rule.ProviderName is null && IsWithin(category, rule.CategoryName)).MaxBy(rule => rule.CategoryName?.Length ?? 0))?.LogLevel;

    private static bool IsWithin(string? category, string? whole) =>
        whole is null || category?.StartsWith(whole, StringComparison.OrdinalIgnoreCase) == true;
}
