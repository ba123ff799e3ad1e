using System.Text.Json.Serialization;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Recovery.Contracts;

/// <summary>How events, audit and hub groups name a drill: <c>drill/&lt;id&gt;</c>.</summary>
public static class DrillSubject
{
    public const string Kind = "drill";

    public static Subject Of(Guid drillId) => new(Kind, drillId.ToString());
}

/// <summary>What all events of drills have in common.</summary>
public abstract record DrillEvent(Guid DrillId, string Environment) : IDomainEvent
{
    [JsonIgnore]
    public Subject Subject => DrillSubject.Of(DrillId);
}

public sealed record DrillStarted(Guid DrillId, string Environment, string Release) : DrillEvent(DrillId, Environment);

/// <summary>It went on to its next part.</summary>
public sealed record DrillWentOn(Guid DrillId, string Environment, string Part) : DrillEvent(DrillId, Environment);

/// <summary>The product found the fault, took the flag back, and everybody got the old value.</summary>
public sealed record DrillPassed(Guid DrillId, string Environment, string Outcome) : DrillEvent(DrillId, Environment);

public sealed record DrillFailed(Guid DrillId, string Environment, string Outcome) : DrillEvent(DrillId, Environment);

/// <summary>The server stopped in the middle of it.</summary>
public sealed record DrillInterrupted(Guid DrillId, string Environment, string Outcome) : DrillEvent(DrillId, Environment);

/// <summary>Nothing of it is left: its rollout is over, its flag is off.</summary>
public sealed record DrillCleaned(Guid DrillId, string Environment) : DrillEvent(DrillId, Environment);
