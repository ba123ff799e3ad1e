using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Communication.Pages;

/// <summary>Whom one list reaches.</summary>
public sealed partial class RecipientListDialog
{
    private readonly HashSet<Role> roles = [];
    private ModalDialog dialog = default!;
    private RecipientList? list;
    private string addresses = "";
    private Refusal? refusal;

    [Inject]
    private RecipientLists Lists { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    public async Task OpenAsync(RecipientList chosen)
    {
        (list, addresses, refusal) = (chosen, string.Join('\n', chosen.Addresses), null);
        roles.Clear();
        roles.UnionWith(chosen.Roles);
        await dialog.OpenAsync();
    }

    private void Choose(Role role, bool on)
    {
        if (on) roles.Add(role);
        else roles.Remove(role);
    }

    private async Task<Refusal?> SaveAsync()
    {
        var outcome = await Lists.SetAsync(
            list!.Key,
            list.Version,
            [.. addresses.Split(['\n', ',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
            [.. roles],
            await Current.GetAsync(),
            CancellationToken.None);
        if (outcome.IsAccepted) await dialog.CloseAsync();
        return outcome.Refusal;
    }
}
