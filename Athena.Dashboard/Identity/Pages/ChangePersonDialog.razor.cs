using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Identity.Pages;

/// <summary>Everything that those who manage people do to one account.</summary>
public sealed partial class ChangePersonDialog
{
    private ModalDialog dialog = default!;
    private PersonRow? person;
    private Refusal? refusal;
    private IReadOnlySet<Role> roles = new HashSet<Role>();
    private string? link;

    [Inject]
    private PeopleService Service { get; set; } = default!;

    [Inject]
    private PasswordService Passwords { get; set; } = default!;

    [Inject]
    private SecondFactorService SecondFactor { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private string? Unchanged => person is not null && roles.SetEquals(person.Roles) ? "The roles are as they were." : null;

    public Task OpenAsync(PersonRow row)
    {
        (person, refusal, link) = (row, null, null);
        roles = row.Roles.ToHashSet();
        StateHasChanged();
        return dialog.OpenAsync();
    }

    private async Task<Refusal?> SaveRolesAsync() =>
        await CloseAfterAsync(Service.ChangeRolesAsync(person!.Id, person.Version, [.. roles], await Actors.GetAsync(), CancellationToken.None));

    private async Task<Refusal?> DisableAsync() =>
        await CloseAfterAsync(Service.DisableAsync(person!.Id, person.Version, await Actors.GetAsync(), CancellationToken.None));

    private async Task<Refusal?> EnableAsync() =>
        await CloseAfterAsync(Service.EnableAsync(person!.Id, person.Version, await Actors.GetAsync(), CancellationToken.None));

    private async Task<Refusal?> EndSessionsAsync() =>
        await CloseAfterAsync(Service.EndSessionsAsync(person!.Id, await Actors.GetAsync(), CancellationToken.None));

    private async Task<Refusal?> TurnOffFactorAsync() =>
        await CloseAfterAsync(SecondFactor.TurnOffOfAsync(person!.Id, await Actors.GetAsync(), CancellationToken.None));

    private async Task<Refusal?> MakeLinkAsync()
    {
        var outcome = await Passwords.MakeLinkAsync(person!.Id, await Actors.GetAsync(), CancellationToken.None);
        if (outcome.Refusal is not null) return outcome.Refusal;
        link = Navigation.ToAbsoluteUri("/set-password?token=" + outcome.Value).ToString();
        StateHasChanged();
        return null;
    }

    private async Task<Refusal?> CloseAfterAsync(Task<Outcome<long>> command)
    {
        var outcome = await command;
        if (outcome.IsAccepted) await dialog.CloseAsync();
        return outcome.Refusal;
    }

    private void Refuse(Refusal value) => refusal = value;
}
