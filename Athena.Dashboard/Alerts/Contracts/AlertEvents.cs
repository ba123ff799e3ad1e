using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Alerts.Contracts;

/// <summary>How events name an alert: <c>alert/&lt;id&gt;</c>.</summary>
public static class AlertSubject
{
    public const string Kind = "alert";

    public static Subject Of(Guid id) => new(Kind, id.ToString());
}

/// <summary>What all events of alerts have in common.</summary>
/// <param name="Id">One life of an alert: when it comes again after it was resolved, it has another.</param>
/// <param name="Name">What fires.</param>
/// <param name="Summary">One sentence.</param>
public abstract record AlertEvent(Guid Id, string Name, string Summary) : IDomainEvent
{
    [System.Text.Json.Serialization.JsonIgnore]
    public Subject Subject => AlertSubject.Of(Id);
}

public sealed record AlertFired(Guid Id, string Name, string Summary, bool IsCritical) : AlertEvent(Id, Name, Summary);

public sealed record AlertResolved(Guid Id, string Name, string Summary) : AlertEvent(Id, Name, Summary);

/// <summary>Alerts that match are shown and not sent until it ends.</summary>
/// <param name="Matchers">As they are written: <c>flag=views, severity=~warning|info</c>.</param>
public sealed record SilenceBegan(Guid SilenceId, string Matchers, DateTimeOffset EndsAt, string Comment) : IDomainEvent
{
    [System.Text.Json.Serialization.JsonIgnore]
    public Subject Subject => new("silence", SilenceId.ToString());
}

/// <summary>Somebody ended it before its time.</summary>
public sealed record SilenceEnded(Guid SilenceId, string Matchers) : IDomainEvent
{
    [System.Text.Json.Serialization.JsonIgnore]
    public Subject Subject => new("silence", SilenceId.ToString());
}
