using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Recovery.Drills;
using Athena.Dashboard.Releases.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Recovery.Pages;

/// <summary>Where to rehearse, and by which release's rules.</summary>
public sealed partial class StartDrillDialog
{
    private ModalDialog dialog = default!;
    private Refusal? refusal;
    private List<Option<string>> environments = [];
    private List<Option<string>> releases = [];
    private string environment = "";
    private string release = "";

    [Inject]
    private DrillService Service { get; set; } = default!;

    [Inject]
    private IReleaseLookup Releases { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    private string? Missing =>
        environments.Count == 0 ? "The process has no environment but production."
        : releases.Count == 0 ? "There is no release that is not over."
        : null;

    public async Task OpenAsync()
    {
        environments = [.. Service.Environments().Select(one => new Option<string>(one.Key, one.Title))];
        releases = [.. (await Releases.ListActiveAsync(CancellationToken.None)).Select(one => new Option<string>(one.Version, $"{one.Version} {one.Title}"))];
        // The one before production is the most like it.
        (refusal, environment, release) = (null, environments.LastOrDefault()?.Value ?? "", releases.FirstOrDefault()?.Value ?? "");
        await dialog.OpenAsync();
    }

    private async Task<Refusal?> StartAsync()
    {
        refusal = null;
        var started = await Service.StartAsync(environment, release, await Current.GetAsync(), CancellationToken.None);
        if (started.IsAccepted) await dialog.CloseAsync();
        return started.Refusal;
    }
}
