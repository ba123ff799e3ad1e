using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Identity.Pages;

/// <summary>Sets a password with a link that is good once.</summary>
public sealed partial class SetPasswordPage
{
    private Person? person;
    private Refusal? refusal;
    private bool isSet;

    [CascadingParameter]
    private HttpContext Http { get; set; } = default!;

    [Inject]
    private PasswordService Passwords { get; set; } = default!;

    [SupplyParameterFromQuery]
    private string? Token { get; set; }

    [SupplyParameterFromForm(FormName = "set-password")]
    private SetPasswordForm? Form { get; set; }

    private string? PresentedToken => Form?.Token ?? Token;

    protected override async Task OnInitializedAsync() => person = await Passwords.FindByLinkAsync(PresentedToken, Http.RequestAborted);

    private async Task SetAsync()
    {
        var outcome = await Passwords.SetByLinkAsync(PresentedToken, Form?.Password, Http.Connection.RemoteIpAddress?.ToString(), Http.RequestAborted);
        refusal = outcome.Refusal;
        isSet = outcome.IsAccepted;
    }

    private sealed class SetPasswordForm
    {
        public string? Token { get; set; }

        public string? Password { get; set; }
    }
}
