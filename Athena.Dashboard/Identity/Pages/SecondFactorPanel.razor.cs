using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Identity.Pages;

/// <summary>Turns one's second factor on, once the app has shown that it knows the secret, and off.</summary>
public sealed partial class SecondFactorPanel
{
    private byte[]? secret;
    private string? typed;
    private Refusal? refusal;

    [Inject]
    private SecondFactorService Service { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    [Parameter, EditorRequired]
    public bool IsOn { get; set; }

    [Parameter, EditorRequired]
    public required string Email { get; set; }

    private void Begin() => (secret, typed, refusal) = (SecondFactorService.MakeSecret(), null, null);

    private async Task<Refusal?> TurnOnAsync()
    {
        refusal = null;
        var outcome = await Service.TurnOnAsync(secret!, typed, await Actors.GetAsync(), CancellationToken.None);
        if (outcome.IsAccepted) secret = null;
        StateHasChanged();
        return outcome.Refusal;
    }

    private async Task<Refusal?> TurnOffAsync()
    {
        var actor = await Actors.GetAsync();
        return await Service.TurnOffAsync(actor.Id, actor, CancellationToken.None).RefusalAsync();
    }
}
