using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Releases.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Recovery.Pages;

/// <summary>Begins a procedure before anything is taken back.</summary>
public sealed partial class OpenProcedureDialog
{
    private ModalDialog dialog = default!;
    private Refusal? refusal;
    private List<Option<string>> releases = [];
    private string release = "";
    private string reason = "";

    [Inject]
    private RecoveryService Service { get; set; } = default!;

    [Inject]
    private IReleaseLookup Releases { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private string? Missing => release.Length == 0 ? "There is no release to take back." : string.IsNullOrWhiteSpace(reason) ? "Say why first." : null;

    public async Task OpenAsync()
    {
        releases = [.. (await Releases.ListActiveAsync(CancellationToken.None)).Select(one => new Option<string>(one.Version, $"{one.Version} {one.Title}"))];
        (refusal, release, reason) = (null, releases.FirstOrDefault()?.Value ?? "", "");
        await dialog.OpenAsync();
    }

    private async Task<Refusal?> OpenItAsync()
    {
        var opened = await Service.OpenAsync(release, reason, await Current.GetAsync(), CancellationToken.None);
        if (opened.IsAccepted) Navigation.NavigateTo($"recovery/{opened.Value.Id}");
        return opened.Refusal;
    }
}
