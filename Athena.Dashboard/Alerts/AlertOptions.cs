using System.ComponentModel.DataAnnotations;
using Athena.Dashboard.Alerts.Domain;

namespace Athena.Dashboard.Alerts;

/// <summary>When alerts fire and who is told; section <c>Athena:Alerts</c>.</summary>
public sealed class AlertOptions : IValidatableObject
{
    public const string Section = "Athena:Alerts";

    /// <summary>Time between two looks. 1 to 60 s, default 5.</summary>
    [Range(1, 60)]
    public int LookSeconds { get; set; } = 5;

    /// <summary>How long a rollout is held, or a source fails, before that is an alert. 0 to 3,600 s, default 60.</summary>
    [Range(0, 3600)]
    public int HeldSeconds { get; set; } = 60;

    /// <summary>How long an alert goes on firing after it was true last. 0 to 1,440 min, default 5.</summary>
    [Range(0, 1440)]
    public int KeepFiringMinutes { get; set; } = 5;

    /// <summary>How long the first message of a group waits for others. 0 to 3,600 s, default 30.</summary>
    [Range(0, 3600)]
    public int GroupWaitSeconds { get; set; } = 30;

    /// <summary>Shortest time between two messages of a group. 1 to 86,400 s, default 300.</summary>
    [Range(1, 86400)]
    public int GroupIntervalSeconds { get; set; } = 300;

    /// <summary>Time after which a group that did not change is sent again. 1 to 168 h, default 4.</summary>
    [Range(1, 168)]
    public int RepeatHours { get; set; } = 4;

    /// <summary>Where people reach this dashboard; links in messages begin with it. Empty (default): links stay without a host.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>Who is told: addresses that take version 4 of Alertmanager's webhook. Empty (default): nobody.</summary>
    public List<AlertWebhook> Webhooks { get; set; } = [];

    internal GroupTiming Timing => new(TimeSpan.FromSeconds(GroupWaitSeconds), TimeSpan.FromSeconds(GroupIntervalSeconds), TimeSpan.FromHours(RepeatHours));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (webhook, index) in Webhooks.Select((webhook, index) => (webhook, index)))
        {
            if (webhook.Name.Length is 0 or > 100) yield return new ValidationResult(FormattableString.Invariant($"Webhooks:{index}:Name: 1 to 100 characters."));
            if (!(Uri.TryCreate(webhook.Url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
                yield return new ValidationResult(FormattableString.Invariant($"Webhooks:{index}:Url: is not an address that begins with http:// or https://."));
        }

        foreach (var twice in Webhooks.GroupBy(webhook => webhook.Name, StringComparer.Ordinal).Where(same => same.Count() > 1))
            yield return new ValidationResult($"Webhooks: two have the Name '{twice.Key}'.");
    }
}

public sealed class AlertWebhook
{
    /// <summary>Stands in each message as its receiver.</summary>
    public string Name { get; set; } = "";

    public string Url { get; set; } = "";

    /// <summary>Bearer token to send with. Empty (default): none.</summary>
    public string Token { get; set; } = "";
}
