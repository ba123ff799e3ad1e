using System.Collections.Immutable;

namespace Athena.Dashboard.Releases.Contracts;

/// <summary>
/// Supplied by slices whose dates hang on a release's target date: says what would move, before the move is saved. The
/// move itself they do on <see cref="ReleaseRescheduled"/>.
/// </summary>
public interface IDateMove
{
    Task<ImmutableArray<MovedDate>> PreviewAsync(string version, DateOnly newTarget, string newZone, CancellationToken cancellationToken);
}

/// <summary>One date that moves with the target date.</summary>
/// <param name="Kind">What moves, one word for people: <c>milestone</c>, <c>gate</c>, <c>message</c>, <c>task</c>.</param>
/// <param name="From">UTC.</param>
/// <param name="To">UTC.</param>
/// <param name="WholeDay">The time of day means nothing.</param>
/// <param name="Note">What to mind, e.g. <c>already in the past</c>; null when nothing.</param>
public sealed record MovedDate(string Kind, string Title, DateTimeOffset From, DateTimeOffset To, bool WholeDay, string? Note = null);
