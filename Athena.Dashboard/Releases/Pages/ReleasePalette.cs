using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Releases.Domain;

namespace Athena.Dashboard.Releases.Pages;

/// <summary>Releases by version or title, with Ctrl+K.</summary>
internal sealed class ReleasePalette(IReleaseLookup releases) : IPaletteSource
{
    private const int Most = 6;

    public async Task<IReadOnlyList<PaletteEntry>> FindAsync(string query, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.May(Permission.See)) return [];
        var word = query.Trim().TrimStart('v');
        var found = (await releases.ListAsync(cancellationToken))
            .Where(release => release.Version.Contains(word, StringComparison.OrdinalIgnoreCase) || release.Title.Contains(query.Trim(), StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(release => release.Version.StartsWith(word, StringComparison.OrdinalIgnoreCase));
        return [.. found.Take(Most).Select(release => new PaletteEntry($"{release.Version} {release.Title}", "Releases", "/releases/" + release.Version, "package", release.State.Word()))];
    }
}
