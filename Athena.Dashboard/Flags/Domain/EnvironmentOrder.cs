using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain;

/// <summary>The setting of the same flag in the environment before, which a production environment follows.</summary>
/// <param name="Title">The environment's name for people.</param>
/// <param name="Exposed">Name of the variant that the flag serves where nothing is said.</param>
public sealed record PreviousEnvironment(string Title, FlagEnvironment Setting, string Exposed);

/// <summary>What somebody gave along with a change, to be let through.</summary>
/// <param name="Confirmation">The environment's key, typed by the person; asked for in production, except for what only lowers exposure.</param>
/// <param name="Override">Production may be ahead of the environment before it; the change's reason says why.</param>
public readonly record struct Consent(string? Confirmation, bool Override = false)
{
    public static implicit operator Consent(string? confirmation) => new(confirmation);
}

/// <summary>
/// Changes reach environments in their order. Production is ahead of the one before it when it is on, or will be, while
/// that one is off; when it serves a variant that nobody gets there; and when its percentage is higher. Conditions are
/// not compared: users, plans and segments of a test are other ones. A rollout answers for its own stages.
/// </summary>
public static class EnvironmentOrder
{
    /// <returns>In what the setting is ahead; empty when it is not.</returns>
    public static ImmutableArray<RefusalItem> Ahead(this FlagEnvironment setting, PreviousEnvironment previous)
    {
        if (OnFrom(setting) is not { } from) return [];
        var items = ImmutableArray.CreateBuilder<RefusalItem>();
        var before = OnFrom(previous.Setting);
        if (before is null) items.Add(new("enabled", $"is on, and {previous.Title} is off", "on", "off"));
        else if (from < before) items.Add(new("enableAt", $"comes before {previous.Title} is on", Written(from), $"{before:u} or later"));
        if (before is not null)
        {
            var there = Served(previous.Setting, previous.Exposed).ToHashSet(StringComparer.Ordinal);
            foreach (var variant in Served(setting, previous.Exposed).Distinct(StringComparer.Ordinal).Where(variant => !there.Contains(variant)))
                items.Add(new("variant", $"is served to nobody in {previous.Title}", variant, string.Join(", ", there)));
            if (setting.Percentage > previous.Setting.Percentage)
                items.Add(new("percentage", $"is higher than in {previous.Title}", setting.Percentage.ToString(), $"up to {previous.Setting.Percentage}"));
        }

        return items.ToImmutable();
    }

    public static Refusal Refuse(FlagEnvironment setting, PreviousEnvironment previous, ImmutableArray<RefusalItem> ahead) =>
        Refusal.Conflict(
            "ahead_of_previous",
            $"{setting.FlagKey} in {setting.Environment} would be ahead of {previous.Title}.",
            $"Change {previous.Title} first and promote it, or override the order and give the reason.") with
        {
            Items = ahead,
        };

    // From the beginning of time where it is on now; null where it never is.
    private static DateTimeOffset? OnFrom(FlagEnvironment setting) => setting.Enabled ? DateTimeOffset.MinValue : setting.EnableAt;

    private static string Written(DateTimeOffset from) => from == DateTimeOffset.MinValue ? "on now" : $"{from:u}";

    private static IEnumerable<string> Served(FlagEnvironment setting, string exposed)
    {
        IEnumerable<string> Named(Serving? serving) => serving?.Variants() ?? [exposed];
        var reached = setting.Percentage > Percentage.Zero || !setting.Audience.IsEmpty ? Named(setting.Serve) : [];
        return setting.Rules.SelectMany(rule => Named(rule.Serve)).Concat(reached)
            .Concat(setting.Conditions.IsEmpty ? [] : [setting.Fallback])
            .Where(variant => variant != Variant.Off);
    }
}
