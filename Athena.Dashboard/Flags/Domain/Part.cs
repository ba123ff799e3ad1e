using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain;

/// <summary>One of the things that a change may make different, so that changes can be taken back and carried over one by one.</summary>
/// <param name="Name">As the API calls it.</param>
/// <param name="Put">The first with this of the second.</param>
internal sealed record Part<T>(string Name, Func<T, T, bool> Same, Func<T, T, T> Put);

internal static class Parts
{
    /// <summary>Makes different in what is there now what is different between two states, and nothing else.</summary>
    /// <returns>What is there then, and what stands against it: a thing that is not as it was in <paramref name="from"/>.</returns>
    public static (T Next, ImmutableArray<RefusalItem> Again) Move<T>(this IReadOnlyCollection<Part<T>> parts, T present, T from, T to)
    {
        var changed = parts.Where(part => !part.Same(from, to)).ToList();
        return (
            changed.Aggregate(present, (next, part) => part.Put(next, to)),
            [.. changed.Where(part => !part.Same(present, from)).Select(part => new RefusalItem(part.Name, "was changed again"))]);
    }
}
