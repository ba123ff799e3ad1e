using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;

namespace Athena.Dashboard.Experiments;

/// <summary>Experiments in the palette, by name and key.</summary>
internal sealed class ExperimentPalette(ExperimentQueries queries) : IPaletteSource
{
    private const int Most = 6;

    public async Task<IReadOnlyList<PaletteEntry>> FindAsync(string query, Actor actor, CancellationToken cancellationToken) =>
        actor.May(Permission.See)
            ? [.. (await queries.ListAsync(cancellationToken))
                .Where(experiment => experiment.Key.Contains(query, StringComparison.OrdinalIgnoreCase) || experiment.Name.Contains(query, StringComparison.OrdinalIgnoreCase))
                .Take(Most)
                .Select(experiment => new PaletteEntry(experiment.Name, "Experiments", $"/experiments/{experiment.Key}", "scale", experiment.Key))]
            : [];
}
