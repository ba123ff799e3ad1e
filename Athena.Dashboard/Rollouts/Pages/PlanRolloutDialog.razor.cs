using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Rollouts.Pages;

/// <summary>Plans a rollout: for which release, which flag, where, and the plan itself, begun with the process's own.</summary>
public sealed partial class PlanRolloutDialog
{
    /// <summary>A message of a circuit ends at 32 KB; longer plans come over the API.</summary>
    private const int LongestPlan = 24_000;

    private ModalDialog dialog = default!;
    private IReadOnlyList<Option<string>> releases = [];
    private IReadOnlyList<Option<string>> flags = [];
    private IReadOnlyList<Option<string>> environments = [];
    private string? release;
    private string? flag;
    private string? environment;
    private string? yaml;
    private string? proposed;
    private Refusal? refusal;
    private ImmutableArray<PlanWarning> warnings = [];

    [Inject]
    private RolloutService Service { get; set; } = default!;

    [Inject]
    private IReleaseLookup Releases { get; set; } = default!;

    [Inject]
    private IFlagLookup Flags { get; set; } = default!;

    [Inject]
    private IProcessCatalog Processes { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private string Hint => proposed is null
        ? "Choose a release and a flag: the process's own plan comes first."
        : yaml == proposed ? "The process's own plan. Change it as this rollout needs." : "Changed from the process's own plan.";

    /// <param name="forRelease">Version of a release to begin with, or null.</param>
    public async Task OpenAsync(string? forRelease = null)
    {
        refusal = null;
        (yaml, proposed) = (null, null);
        releases = [.. (await Releases.ListActiveAsync(default)).Select(one => new Option<string>(one.Version, $"{one.Version} {one.Title}"))];
        flags = [.. (await Flags.ListAsync(default)).Select(one => new Option<string>(one.Key, one.Key))];
        environments = [.. Processes.Current.Document.Environments.Select(one => new Option<string>(one.Key, one.Title))];
        release = forRelease ?? (releases.Count == 1 ? releases[0].Value : null);
        var own = release is null ? [] : await Flags.ListOfReleaseAsync(release, default);
        flag = own.Length == 1 ? own[0].Key : null;
        environment = Processes.Current.Document.Environments.FirstOrDefault(one => one.IsProduction)?.Key ?? environments[0].Value;
        await ProposeAsync();
        await dialog.OpenAsync();
    }

    private async Task ChooseReleaseAsync(string? chosen)
    {
        release = chosen;
        await ProposeAsync();
    }

    private async Task ChooseFlagAsync(string? chosen)
    {
        flag = chosen;
        await ProposeAsync();
    }

    private async Task ChooseEnvironmentAsync(string? chosen)
    {
        environment = chosen;
        await WarnAsync();
    }

    private async Task EditAsync(string? text)
    {
        yaml = text;
        refusal = null;
        await WarnAsync();
    }

    // What somebody wrote is never replaced by a proposal.
    private async Task ProposeAsync()
    {
        if (release is not null && flag is not null && yaml == proposed) yaml = proposed = await Service.ProposeAsync(release, flag, default);
        await WarnAsync();
    }

    private async Task WarnAsync() =>
        warnings = release is null || flag is null || environment is null || string.IsNullOrWhiteSpace(yaml)
            ? []
            : await Service.WarnAsync(new RolloutRequest(release, environment, flag, yaml), default);

    private async Task<Refusal?> PlanAsync()
    {
        refusal = null;
        var planned = await Service.PlanAsync(new RolloutRequest(release ?? "", environment ?? "", flag, yaml), await Current.GetAsync(), default);
        if (!planned.IsAccepted) return planned.Refusal;
        await dialog.CloseAsync();
        Navigation.NavigateTo($"rollouts/{planned.Value.Id}");
        return null;
    }

    private void Show(Refusal why) => refusal = why;

    /// <summary>The line that an error is about, with a mark under the place.</summary>
    private string? ExcerptOf(RefusalItem item)
    {
        var place = LineAndColumn().Match(item.Place);
        if (!place.Success || yaml is null) return null;
        var (line, column) = (int.Parse(place.Groups["line"].ValueSpan, CultureInfo.InvariantCulture), int.Parse(place.Groups["column"].ValueSpan, CultureInfo.InvariantCulture));
        var lines = yaml.ReplaceLineEndings("\n").Split('\n');
        if (line > lines.Length) return null;
        var number = line.ToString(CultureInfo.InvariantCulture);
        return $"{number} │ {lines[line - 1]}\n{new string(' ', number.Length)} │ {new string(' ', Math.Max(0, column - 1))}▲";
    }

    [GeneratedRegex(@"\Aline (?<line>\d{1,6}), column (?<column>\d{1,6})", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LineAndColumn();
}
