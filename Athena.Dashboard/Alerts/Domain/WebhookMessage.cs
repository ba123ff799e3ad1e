using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Athena.Dashboard.Alerts.Domain;

/// <summary>Version 4 of the message that Alertmanager sends to webhooks: what is taken and what is sent. Others may add members.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record WebhookMessage(
    string Receiver,
    string Status,
    ImmutableArray<WebhookAlert> Alerts,
    ImmutableSortedDictionary<string, string> GroupLabels,
    ImmutableSortedDictionary<string, string> CommonLabels,
    ImmutableSortedDictionary<string, string> CommonAnnotations,
    [property: JsonPropertyName("externalURL")] string ExternalUrl,
    string Version,
    string GroupKey,
    int TruncatedAlerts)
{
    public const string Firing = "firing";
    public const string Resolved = "resolved";

    /// <param name="address">Makes a link within the product absolute.</param>
    public static WebhookMessage Of(AlertGroup group, IReadOnlyCollection<Alert> firing, IReadOnlyCollection<Alert> resolved, Func<string, string> address)
    {
        Alert[] all = [.. firing, .. resolved];
        return new WebhookMessage(
            group.Receiver,
            firing.Count > 0 ? Firing : Resolved,
            [.. all.Select(alert => WebhookAlert.Of(alert, address))],
            Common(all.Select(alert => alert.Labels.RemoveRange(alert.Labels.Keys.Where(label => label is not (AlertLabels.Environment or AlertLabels.Release))))),
            Common(all.Select(alert => alert.Labels)),
            Common(all.Select(alert => WebhookAlert.AnnotationsOf(alert))),
            address("/alerts"),
            "4",
            "{}:" + group.Key,
            0);
    }

    private static ImmutableSortedDictionary<string, string> Common(IEnumerable<ImmutableSortedDictionary<string, string>> sets) =>
        sets.Aggregate((one, other) => one.RemoveRange(one.Where(pair => other.GetValueOrDefault(pair.Key) != pair.Value).Select(pair => pair.Key)));
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record WebhookAlert(
    string Status,
    ImmutableSortedDictionary<string, string> Labels,
    ImmutableSortedDictionary<string, string> Annotations,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    [property: JsonPropertyName("generatorURL")] string GeneratorUrl,
    string Fingerprint)
{
    public static WebhookAlert Of(Alert alert, Func<string, string> address) => new(
        alert.IsFiring ? WebhookMessage.Firing : WebhookMessage.Resolved,
        alert.Labels,
        AnnotationsOf(alert),
        alert.FiringSince ?? alert.ActiveSince,
        // As Alertmanager writes "not yet".
        alert.ResolvedAt ?? DateTimeOffset.MinValue,
        alert.Href.StartsWith('/') ? address(alert.Href) : alert.Href,
        alert.Fingerprint);

    internal static ImmutableSortedDictionary<string, string> AnnotationsOf(Alert alert) =>
        ImmutableSortedDictionary<string, string>.Empty.Add("summary", alert.Summary);
}
