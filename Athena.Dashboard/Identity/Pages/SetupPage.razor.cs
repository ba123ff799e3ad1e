using Athena.Dashboard.Identity.Access;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Identity.Pages;

/// <summary>Creates the first Administrator, for whoever has the link.</summary>
public sealed partial class SetupPage
{
    private Refusal? refusal;
    private bool isGood;

    [CascadingParameter]
    private HttpContext Http { get; set; } = default!;

    [Inject]
    private SetupService Setup { get; set; } = default!;

    [Inject]
    private PersonDirectory People { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromQuery]
    private string? Token { get; set; }

    [SupplyParameterFromForm(FormName = "setup")]
    private SetupForm? Form { get; set; }

    private string? PresentedToken => Form?.Token ?? Token;

    protected override void OnInitialized()
    {
        isGood = Setup.IsGood(PresentedToken);
        if (!Setup.IsNeeded) Navigation.NavigateTo("/");
    }

    private async Task CreateAsync()
    {
        var outcome = await Setup.UseLinkAsync(PresentedToken, Form?.Name, Form?.Email, Form?.Password, Http.Connection.RemoteIpAddress?.ToString(), Http.RequestAborted);
        refusal = outcome.Refusal;
        if (refusal is not null) return;
        if (People.Find(outcome.Value.Id) is { Stamp: { } stamp }) await Sessions.BeginAsync(Http, outcome.Value.Id, stamp);
        Navigation.NavigateTo("/");
    }

    private sealed class SetupForm
    {
        public string? Token { get; set; }

        public string? Name { get; set; }

        public string? Email { get; set; }

        public string? Password { get; set; }
    }
}
