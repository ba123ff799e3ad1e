using System.Collections.Immutable;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Identity.Pages;

/// <summary>
/// Turns one's second factor on, once the app has shown that it knows the secret, shows the recovery codes once, and
/// turns it off.
/// </summary>
public sealed partial class SecondFactorPanel
{
    private Step step;
    private byte[]? secret;
    private ImmutableArray<string> codes = [];
    private string? typed;
    private Refusal? refusal;

    private enum Step
    {
        Resting,
        Enrolling,
        Renewing,
        TurningOff,
        ShowingCodes,
    }

    [Inject]
    private SecondFactorService Service { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    [Parameter, EditorRequired]
    public bool IsOn { get; set; }

    [Parameter, EditorRequired]
    public int CodesLeft { get; set; }

    [Parameter, EditorRequired]
    public required string Email { get; set; }

    private string CodesLeftText => CodesLeft switch
    {
        0 => "No recovery code is left: make new ones.",
        1 => "1 recovery code is left.",
        _ => $"{CodesLeft} recovery codes are left.",
    };

    // As apps show it, so that the eye does not lose its place.
    private static string Grouped(string text) => string.Join(' ', text.Chunk(4).Select(group => new string(group)));

    private void Enrol()
    {
        Begin(Step.Enrolling);
        secret = SecondFactorService.MakeSecret();
    }

    private void Rest() => Begin(Step.Resting);

    private void Begin(Step next) => (step, secret, codes, typed, refusal) = (next, null, [], null, null);

    private void Refuse(Refusal value) => refusal = value;

    private async Task<Refusal?> TurnOnAsync() => Show(await Service.TurnOnAsync(secret!, typed, await Actors.GetAsync(), CancellationToken.None));

    private async Task<Refusal?> RenewAsync() => Show(await Service.RenewCodesAsync(typed, await Actors.GetAsync(), CancellationToken.None));

    private async Task<Refusal?> TurnOffAsync()
    {
        refusal = null;
        return await Service.TurnOffAsync(typed, await Actors.GetAsync(), CancellationToken.None).RefusalAsync();
    }

    private Refusal? Show(Outcome<ImmutableArray<string>> made)
    {
        if (made.Refusal is not null) return made.Refusal;
        Begin(Step.ShowingCodes);
        codes = made.Value;
        StateHasChanged();
        return null;
    }
}
