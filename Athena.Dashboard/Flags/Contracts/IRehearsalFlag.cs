using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Contracts;

/// <summary>A flag that stands for nothing and is there to rehearse with, and what clients would be answered now.</summary>
public interface IRehearsalFlag
{
    /// <summary>Makes the flag, off everywhere; one that is there stays as it is.</summary>
    Task<Outcome<Done>> EnsureAsync(string key, string name, string description, Actor actor, CancellationToken cancellationToken);

    /// <summary>Evaluates the flag as for clients, once everything that was committed before the call is known here.</summary>
    /// <param name="users">Their targeting keys.</param>
    /// <returns>One for each user, in their order: the variant, or <c>none</c> for an answer without one.</returns>
    Task<Outcome<ImmutableArray<string>>> AnswerAsync(string key, string environment, ImmutableArray<string> users, CancellationToken cancellationToken);
}
