using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>One line of the palette.</summary>
/// <param name="Group">The kind of thing, plural: <c>Releases</c>.</param>
/// <param name="Href">Where it leads, from the root.</param>
/// <param name="Icon">A name from <c>wwwroot-assets/icons</c>.</param>
/// <param name="Hint">A few words at the end of the line: a state, a date.</param>
public sealed record PaletteEntry(string Title, string Group, string Href, string Icon, string? Hint = null);

/// <summary>What a slice lets people find with Ctrl+K; registered as a singleton.</summary>
public interface IPaletteSource
{
    /// <summary>At most a handful, best first, and only what the actor may see.</summary>
    Task<IReadOnlyList<PaletteEntry>> FindAsync(string query, Actor actor, CancellationToken cancellationToken);
}
