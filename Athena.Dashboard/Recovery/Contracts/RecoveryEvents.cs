using System.Text.Json.Serialization;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Recovery.Contracts;

/// <summary>What all events of a rollback's procedure have in common.</summary>
/// <param name="Release">The release's version.</param>
public abstract record RecoveryEvent(Guid ProcedureId, string Release) : IDomainEvent
{
    [JsonIgnore]
    public Subject Subject => RecoverySubject.Of(ProcedureId);
}

/// <param name="RolloutId">What is taken back; null when somebody opened it before anything was.</param>
public sealed record ProcedureOpened(Guid ProcedureId, string Release, Guid? RolloutId, string Reason) : RecoveryEvent(ProcedureId, Release);

/// <summary>A procedure that somebody had opened by hand goes on with the rollout that was then taken back.</summary>
public sealed record ProcedureJoined(Guid ProcedureId, string Release, Guid RolloutId) : RecoveryEvent(ProcedureId, Release);

/// <param name="AssigneeName">Null when the step is nobody's in particular again.</param>
public sealed record StepAssigned(Guid ProcedureId, string Release, string Step, Guid? AssigneeId, string? AssigneeName) : RecoveryEvent(ProcedureId, Release);

public sealed record StepBegun(Guid ProcedureId, string Release, string Step) : RecoveryEvent(ProcedureId, Release);

/// <summary>The product wrote down what it knows.</summary>
public sealed record StepFilledIn(Guid ProcedureId, string Release, string Step, string Fact) : RecoveryEvent(ProcedureId, Release);

public sealed record StepNoted(Guid ProcedureId, string Release, string Step, string Note) : RecoveryEvent(ProcedureId, Release);

public sealed record StepCompleted(Guid ProcedureId, string Release, string Step, string Note) : RecoveryEvent(ProcedureId, Release);

/// <summary>The step, and those that rested on it, are open again.</summary>
public sealed record StepReopened(Guid ProcedureId, string Release, string Step, string Reason) : RecoveryEvent(ProcedureId, Release);

/// <summary>All steps are completed.</summary>
public sealed record ProcedureClosed(Guid ProcedureId, string Release) : RecoveryEvent(ProcedureId, Release);

/// <summary>It was opened by hand, and nothing is taken back after all.</summary>
public sealed record ProcedureCalledOff(Guid ProcedureId, string Release, string Reason) : RecoveryEvent(ProcedureId, Release);

/// <summary>The product wrote the text from the facts.</summary>
public sealed record PostMortemDrafted(Guid ProcedureId, string Release) : RecoveryEvent(ProcedureId, Release);

/// <param name="Length">Characters of the text.</param>
public sealed record PostMortemSaved(Guid ProcedureId, string Release, int Length) : RecoveryEvent(ProcedureId, Release);

/// <summary>Everybody who is signed in reads it as it stands; what it asks for stays open until it is done.</summary>
public sealed record PostMortemPublished(Guid ProcedureId, string Release) : RecoveryEvent(ProcedureId, Release);

public sealed record PostMortemReopened(Guid ProcedureId, string Release, string Reason) : RecoveryEvent(ProcedureId, Release);

public sealed record FollowUpAdded(Guid ProcedureId, string Release, Guid ActionId, string Title) : RecoveryEvent(ProcedureId, Release);

public sealed record FollowUpChanged(Guid ProcedureId, string Release, Guid ActionId, string Title) : RecoveryEvent(ProcedureId, Release);

public sealed record FollowUpDone(Guid ProcedureId, string Release, Guid ActionId, string Title) : RecoveryEvent(ProcedureId, Release);

public sealed record FollowUpReopened(Guid ProcedureId, string Release, Guid ActionId, string Title) : RecoveryEvent(ProcedureId, Release);
