using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Recovery.Domain;

/// <summary>One step of a procedure, as the process had it when the procedure was opened.</summary>
public sealed record ProcedureStep
{
    public required string Key { get; init; }

    public required string Title { get; init; }

    /// <summary>What is to be done, in the process's words.</summary>
    public required string Text { get; init; }

    public required Role Owner { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    public Guid? AssigneeId { get; init; }

    public string? AssigneeName { get; init; }

    public DateTimeOffset? BegunAt { get; init; }

    public string? BegunBy { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public string? CompletedBy { get; init; }

    /// <summary>What people found or did.</summary>
    public string Note { get; init; } = "";

    /// <summary>Why it was opened again, until it is completed again.</summary>
    public string? ReopenedBecause { get; init; }

    /// <summary>What the product knows, the oldest first.</summary>
    public ImmutableArray<StepFact> Facts { get; init; } = [];

    public bool IsCompleted => CompletedAt is not null;

    public bool IsOverdue(DateTimeOffset now) => !IsCompleted && DueAt < now;

    /// <summary>Completed after its time.</summary>
    public bool IsLate => CompletedAt > DueAt;
}

/// <summary>Something that the product saw or did.</summary>
/// <param name="Source">What it comes from: the same source is written down once.</param>
public sealed record StepFact(Guid Source, DateTimeOffset At, string Text);
