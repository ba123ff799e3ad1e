using Athena.Dashboard.Identity.Access;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Identity.Pages;

/// <summary>Letting people in. Static: a page before the session has no circuit.</summary>
public sealed partial class SignInPage
{
    private Refusal? refusal;
    private string? ticket;

    [CascadingParameter]
    private HttpContext Http { get; set; } = default!;

    [Inject]
    private SignInService Service { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromQuery]
    private string? ReturnUrl { get; set; }

    [SupplyParameterFromForm(FormName = "sign-in")]
    private SignInForm? Form { get; set; }

    [SupplyParameterFromForm(FormName = "sign-in-code")]
    private SignInCodeForm? CodeForm { get; set; }

    [SupplyParameterFromForm(FormName = "sign-in-recovery")]
    private SignInCodeForm? RecoveryForm { get; set; }

    private string? Source => Http.Connection.RemoteIpAddress?.ToString();

    protected override void OnInitialized()
    {
        // The form that was posted has to be on the page that answers it.
        ticket = CodeForm?.Ticket ?? RecoveryForm?.Ticket;
        if (HttpMethods.IsGet(Http.Request.Method) && Http.User.Identity?.IsAuthenticated == true) Navigation.NavigateTo(Destination);
    }

    // A return address comes from the query, so anybody may have written it: only paths of this site count.
    private string Destination =>
        ReturnUrl is { Length: > 1 } path && path[0] == '/' && path[1] is not ('/' or '\\') && !path.Any(char.IsControl) ? path : "/";

    private async Task SignInAsync() =>
        await FinishAsync(await Service.SignInAsync(Form?.Email, Form?.Password, Source, Http.RequestAborted));

    private async Task ContinueAsync() =>
        await FinishAsync(await Service.ContinueAsync(CodeForm?.Ticket, CodeForm?.Code, Source, Http.RequestAborted));

    private async Task RecoverAsync() =>
        await FinishAsync(await Service.ContinueAsync(RecoveryForm?.Ticket, RecoveryForm?.Code, Source, Http.RequestAborted));

    private async Task FinishAsync(Outcome<SignInResult> outcome)
    {
        if (outcome.Refusal is not null)
        {
            refusal = outcome.Refusal;
            RetryAfter.Write(Http.Response, refusal);
            Http.Response.StatusCode = refusal.Kind == RefusalKind.TooMany ? StatusCodes.Status429TooManyRequests : StatusCodes.Status200OK;
        }
        else if (outcome.Value.Stamp is { } stamp)
        {
            await Sessions.BeginAsync(Http, outcome.Value.PersonId, stamp);
            Navigation.NavigateTo(Destination);
        }
        else
        {
            ticket = outcome.Value.Ticket;
        }
    }

    private sealed class SignInForm
    {
        public string? Email { get; set; }

        public string? Password { get; set; }
    }

    private sealed class SignInCodeForm
    {
        public string? Ticket { get; set; }

        public string? Code { get; set; }
    }
}
