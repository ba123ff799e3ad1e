using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Alerts.Domain;

/// <summary>One life of an alert, from its first true look until it is resolved. Changed by <see cref="AlertLife"/> only.</summary>
public sealed record Alert : IVersioned
{
    public required Guid Id { get; init; }

    /// <summary>The same for the same labels.</summary>
    public required string Fingerprint { get; init; }

    public required ImmutableSortedDictionary<string, string> Labels { get; init; }

    public required string Summary { get; init; }

    /// <summary>Where to look, within the product or outside; empty where there is no such place.</summary>
    public required string Href { get; init; }

    public required AlertOrigin Origin { get; init; }

    public required AlertState State { get; init; }

    /// <summary>What the last look that could tell said. Looks that could not tell leave it.</summary>
    public required bool IsTrue { get; init; }

    /// <summary>How long it has to be true before it fires.</summary>
    public required TimeSpan For { get; init; }

    /// <summary>How long it goes on firing after it was true last.</summary>
    public required TimeSpan KeepFor { get; init; }

    public required DateTimeOffset ActiveSince { get; init; }

    public DateTimeOffset? FiringSince { get; init; }

    /// <summary>Since when it is not true any more; null while it is.</summary>
    public DateTimeOffset? ClearedSince { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>What the sender of a webhook wants done to the rollout of its flag; null for nothing.</summary>
    public RuleAction? Trigger { get; init; }

    /// <summary>When that was done, or found impossible.</summary>
    public DateTimeOffset? TriggeredAt { get; init; }

    public long Version { get; init; } = 1;

    public string Name => Labels.GetValueOrDefault(AlertLabels.Name, "alert");

    public bool IsCritical => Labels.GetValueOrDefault(AlertLabels.Severity) == "critical";

    public bool IsFiring => State is AlertState.Firing or AlertState.KeptFiring;

    public static string FingerprintOf(IEnumerable<KeyValuePair<string, string>> labels) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => label.Key + "\n" + label.Value)))))[..16];
}

public static class AlertLabels
{
    public const string Name = "alertname";
    public const string Severity = "severity";
    public const string Flag = "flag";
    public const string Environment = "environment";
    public const string Release = "release";
    public const string Rollout = "rollout";
    public const string Metric = "metric";
    public const string Cause = "cause";
    public const string Source = "source";

    /// <summary>What an alert from outside wants done: hold, roll_back or emergency.</summary>
    public const string Action = "athena_action";
}

public enum AlertOrigin
{
    /// <summary>A rule of a rollout found harm.</summary>
    Rule,

    /// <summary>The product has something to tell: a rollout is held, a source fails.</summary>
    Product,

    /// <summary>Sent to us.</summary>
    Webhook,
}

public enum AlertState
{
    /// <summary>True, and not long enough yet.</summary>
    Pending,
    Firing,

    /// <summary>Not true any more, and not long enough yet to be over.</summary>
    KeptFiring,
    Resolved,
}

/// <summary>What a look found.</summary>
/// <param name="IsTrue">Null when it could not tell.</param>
public sealed record Signal(
    ImmutableSortedDictionary<string, string> Labels, AlertOrigin Origin, string Summary, string Href, bool? IsTrue, TimeSpan For, TimeSpan KeepFor)
{
    public string Fingerprint { get; } = Alert.FingerprintOf(Labels);
}
