using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;

namespace Athena.Dashboard.Flags;

/// <summary>Flags in the palette, by name and key.</summary>
internal sealed class FlagPalette(FlagQueries queries) : IPaletteSource
{
    private const int Most = 6;

    public async Task<IReadOnlyList<PaletteEntry>> FindAsync(string query, Actor actor, CancellationToken cancellationToken) =>
        actor.May(Permission.See)
            ? [.. (await queries.ListAllAsync(cancellationToken))
                .Where(view => Contains(view.Flag.Key, query) || Contains(view.Flag.Name, query))
                .OrderBy(view => view.Flag.Name.StartsWith(query, StringComparison.OrdinalIgnoreCase) ? 0 : 1)
                .Take(Most)
                .Select(view => new PaletteEntry(view.Flag.Name, "Flags", $"/flags/{view.Flag.Key}", "flag", view.Flag.Key))]
            : [];

    private static bool Contains(string text, string query) => text.Contains(query, StringComparison.OrdinalIgnoreCase);
}
