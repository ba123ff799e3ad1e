using System.Collections.Immutable;

namespace Athena.Dashboard.Platform.Kernel;

/// <summary>Something that happened, in the past tense. Saved in one transaction with the state that it made.</summary>
public interface IDomainEvent
{
    /// <summary>What it happened to; audit filters and live pages subscribe by it.</summary>
    Subject Subject { get; }
}

/// <summary>A row that people edit: its version is the concurrency token and the ETag.</summary>
public interface IVersioned
{
    /// <summary>Starts at 1 and grows by one with every saved change.</summary>
    long Version { get; }
}

/// <summary>What a pure decision gives: the new state and what happened on the way.</summary>
public sealed record Decision<TState>(TState State, ImmutableArray<IDomainEvent> Events);
