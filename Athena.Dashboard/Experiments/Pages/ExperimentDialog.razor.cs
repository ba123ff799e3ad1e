using System.Collections.Immutable;
using Athena.Dashboard.Experiments.Domain;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Experiments.Pages;

/// <summary>Plans an experiment and opens it, or changes one that has not begun.</summary>
public sealed partial class ExperimentDialog
{
    private readonly List<MetricDraft> guards = [];
    private readonly HashSet<string> treatments = new(StringComparer.Ordinal);
    private ModalDialog dialog = default!;
    private ImmutableArray<FlagSummary> flags = [];
    private List<string> variants = [];
    private MetricDraft primary = new();
    private Experiment? edited;
    private Refusal? refusal;
    private string name = "";
    private string key = "";
    private bool isKeyTyped;
    private string hypothesis = "";
    private string? flagKey;
    private string? environment;
    private string control = "";
    private decimal? users;
    private string? owner;
    private DateTime? begins;
    private DateTime? stops;

    [Inject]
    private ExperimentService Experiments { get; set; } = default!;

    [Inject]
    private IFlagLookup Flags { get; set; } = default!;

    [Inject]
    private IFlagExperiments Allocations { get; set; } = default!;

    [Inject]
    private IProcessCatalog Process { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [CascadingParameter]
    private PersonZone? Person { get; set; }

    private TimeZoneInfo Zone => (Person ?? PersonZone.Utc).Zone;

    private List<Option<string>> FlagChoices => [.. flags.Select(flag => new Option<string>(flag.Key, flag.Name == flag.Key ? flag.Key : $"{flag.Name} ({flag.Key})"))];

    private List<Option<string>> Places => [.. Process.Current.Document.Environments.Select(place => new Option<string>(place.Key, place.Title))];

    private string? Missing =>
        string.IsNullOrWhiteSpace(name) ? "A name is needed."
        : flagKey is null ? "Choose the flag whose variants are compared."
        : variants.Count > 0 && !variants.Any(variant => variant != control && treatments.Contains(variant)) ? "Choose at least one treatment."
        : string.IsNullOrWhiteSpace(primary.Name) ? "The primary metric needs a name."
        : null;

    /// <param name="experiment">The one to change; null for a new one.</param>
    /// <param name="flag">The flag of a new one; null to choose.</param>
    public async Task OpenAsync(Experiment? experiment, string? flag = null)
    {
        flags = await Flags.ListAsync(CancellationToken.None);
        (edited, refusal, isKeyTyped) = (experiment, null, false);
        (name, key, hypothesis, owner) = (experiment?.Name ?? "", experiment?.Key ?? "", experiment?.Hypothesis ?? "", experiment?.Owner);
        (flagKey, environment) = (experiment?.FlagKey ?? (flags.Any(known => known.Key == flag) ? flag : null), experiment?.Environment ?? Process.Current.Document.Environments[^1].Key);
        (begins, stops) = (Local(experiment?.PlannedStart), Local(experiment?.PlannedStop));
        users = experiment?.Design.PlannedUsers ?? ExperimentDesign.DefaultUsers;
        primary = experiment is null ? new MetricDraft { Name = "conversion" } : MetricDraft.Of(experiment.Design.Primary);
        guards.Clear();
        guards.AddRange((experiment?.Design.Guards ?? []).Select(MetricDraft.Of));
        await ReadVariantsAsync();
        if (experiment is not null)
        {
            control = experiment.Design.Control;
            treatments.Clear();
            treatments.UnionWith(experiment.Design.Treatments);
        }

        await dialog.OpenAsync();
    }

    private Task ChooseFlagAsync(string? chosen)
    {
        flagKey = chosen;
        return ReadVariantsAsync();
    }

    private Task ChooseEnvironmentAsync(string? chosen)
    {
        environment = chosen;
        return ReadVariantsAsync();
    }

    // What the flag splits users over today is offered; the rest can be chosen too.
    private async Task ReadVariantsAsync()
    {
        var allocation = flagKey is null || environment is null ? null : await Allocations.FindAsync(flagKey, environment, CancellationToken.None);
        variants = [.. allocation?.Variants ?? []];
        var split = variants.Where(variant => allocation!.Shares.ContainsKey(variant)).ToList();
        if (split.Count < 2) split = variants;
        control = split.Find(variant => variant == "control") ?? split.Find(variant => variant == "off") ?? split.FirstOrDefault() ?? "";
        treatments.Clear();
        treatments.UnionWith(split.Count == variants.Count && variants.Count > 2 ? [] : split.Where(variant => variant != control));
        if (treatments.Count == 0) treatments.UnionWith(split.Where(variant => variant != control && allocation!.Shares.ContainsKey(variant)));
    }

    private void Treat(string variant, bool on)
    {
        if (on) treatments.Add(variant);
        else treatments.Remove(variant);
    }

    private void Rename(string? text)
    {
        name = text ?? "";
        if (!isKeyTyped && edited is null) key = ExperimentText.KeyOf(name);
    }

    private static void Changed()
    {
        // Handling the event draws the dialog again, which is all that is wanted.
    }

    private async Task<Refusal?> SaveAsync()
    {
        refusal = null;
        var description = new ExperimentDescription(
            key,
            name,
            hypothesis,
            flagKey ?? "",
            environment ?? "",
            new ExperimentDesign(
                control,
                [.. variants.Where(variant => variant != control && treatments.Contains(variant))],
                primary.ToMetric(),
                [.. guards.Select(guard => guard.ToMetric())],
                users is >= 0 and <= ExperimentDesign.MostUsers ? (long)users : 0),
            owner,
            Instant(begins),
            Instant(stops));
        var actor = await Actors.GetAsync();
        var saved = edited is null
            ? await Experiments.CreateAsync(description, actor, CancellationToken.None)
            : await Experiments.DescribeAsync(edited.Key, edited.Version, description, actor, CancellationToken.None);
        if (!saved.IsAccepted) return saved.Refusal;
        await dialog.CloseAsync();
        if (edited is null) Navigation.NavigateTo($"experiments/{saved.Value.Key}");
        return null;
    }

    private DateTime? Local(DateTimeOffset? instant) => instant is { } value ? TimeZoneInfo.ConvertTime(value, Zone).DateTime : null;

    // At the ends of what can be typed an offset would lead out of it; such a time is past or never, and is told so.
    private DateTimeOffset? Instant(DateTime? local) => local is not { } value ? null
        : value.Year is < 2 or > 9998 ? new DateTimeOffset(value, TimeSpan.Zero)
        : new DateTimeOffset(value, Zone.GetUtcOffset(value)).ToUniversalTime();
}
