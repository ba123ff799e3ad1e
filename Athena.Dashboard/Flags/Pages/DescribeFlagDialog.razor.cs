using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>Edits what describes a flag; its settings are elsewhere.</summary>
public sealed partial class DescribeFlagDialog
{
    private ModalDialog dialog = default!;
    private Refusal? refusal;
    private Flag? flag;
    private string? name;
    private string? description;
    private string? release;
    private string? owner;
    private bool permanent;

    [Inject]
    private FlagService Flags { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    public Task OpenAsync(Flag edited)
    {
        (flag, refusal) = (edited, null);
        (name, description, release, owner, permanent) = (edited.Name, edited.Description, edited.ReleaseId, edited.Owner, edited.Permanent);
        return dialog.OpenAsync();
    }

    private async Task<Refusal?> SaveAsync()
    {
        refusal = null;
        var saved = await Flags.DescribeAsync(
            flag!.Key,
            flag.Version,
            new FlagDescription(flag.Key, name ?? "", flag.Kind, description ?? "", permanent, release, owner),
            reason: "",
            await Actors.GetAsync(),
            CancellationToken.None);
        if (saved.IsAccepted) await dialog.CloseAsync();
        return saved.Refusal;
    }
}
