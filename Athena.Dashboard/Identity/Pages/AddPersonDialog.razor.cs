using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Identity.Pages;

/// <summary>Adds an account and shows, once, the link with which its owner sets a password.</summary>
public sealed partial class AddPersonDialog
{
    private ModalDialog dialog = default!;
    private Refusal? refusal;
    private IReadOnlySet<Role> roles = new HashSet<Role>();
    private string? name;
    private string? email;
    private string? link;
    private int hours;

    [Inject]
    private PeopleService Service { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IOptions<AccessOptions> Options { get; set; } = default!;

    public Task OpenAsync()
    {
        (refusal, name, email, link) = (null, null, null, null);
        roles = new HashSet<Role> { Role.Viewer };
        StateHasChanged();
        return dialog.OpenAsync();
    }

    private async Task<Refusal?> AddAsync()
    {
        var outcome = await Service.AddAsync(new NewPerson(name, email, [.. roles]), await Actors.GetAsync(), CancellationToken.None);
        if (outcome.Refusal is not null) return outcome.Refusal;
        hours = Options.Value.PasswordLinkHours;
        link = Navigation.ToAbsoluteUri("/set-password?token=" + outcome.Value.LinkToken).ToString();
        StateHasChanged();
        return null;
    }

    private string? ErrorOf(string place) => FieldErrors.Of(refusal, place);
}
