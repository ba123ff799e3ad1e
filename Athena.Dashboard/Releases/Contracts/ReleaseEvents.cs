using System.Text.Json.Serialization;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Releases.Contracts;

public sealed record ReleasePlanned(
    string Version,
    string Title,
    string Type,
    DateOnly TargetDate,
    string Zone,
    Guid OwnerId,
    int ProcessVersion) : IDomainEvent
{
    [JsonIgnore]
    public Subject Subject => ReleaseSubject.Of(Version);
}

/// <summary>Every change of state but cancelling, which is <see cref="ReleaseCancelled"/>.</summary>
/// <param name="Reason">Why, where somebody said so: a rollback always says.</param>
public sealed record ReleaseStateChanged(string Version, ReleaseState From, ReleaseState To, string? Reason) : IDomainEvent
{
    [JsonIgnore]
    public Subject Subject => ReleaseSubject.Of(Version);
}

/// <summary>Target date or zone moved; whatever hangs on them moves too.</summary>
public sealed record ReleaseRescheduled(string Version, DateOnly OldTarget, DateOnly NewTarget, string OldZone, string Zone, string Reason) : IDomainEvent
{
    [JsonIgnore]
    public Subject Subject => ReleaseSubject.Of(Version);
}

/// <param name="Fields">What was edited: <c>title</c>, <c>owner</c>, <c>userValue</c>, <c>knownIssues</c>.</param>
public sealed record ReleaseEdited(string Version, string[] Fields) : IDomainEvent
{
    [JsonIgnore]
    public Subject Subject => ReleaseSubject.Of(Version);
}

public sealed record ReleaseCancelled(string Version, ReleaseState From, string Reason) : IDomainEvent
{
    [JsonIgnore]
    public Subject Subject => ReleaseSubject.Of(Version);
}
