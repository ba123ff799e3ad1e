using System.Diagnostics;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Shell;

/// <summary>What a person sees when a request failed or was refused before any page could answer it.</summary>
public sealed partial class ErrorPage
{
    [CascadingParameter]
    private HttpContext Http { get; set; } = default!;

    /// <summary>The status of a request that no page answered; none when one threw.</summary>
    [Parameter]
    public int? Code { get; set; }

    private int Status => Code ?? StatusCodes.Status500InternalServerError;

    private string Title => Status switch
    {
        400 => "The request could not be understood",
        403 => "You may not see this",
        404 => "There is nothing at this address",
        413 => "That is too large",
        429 => "Too many requests",
        < 500 => "The request was refused",
        _ => "Something failed on our side",
    };

    private string Detail => Status switch
    {
        400 => "A form that was open for long is the usual cause: go back, reload it, and send it again.",
        403 => "Your roles do not allow it. An administrator can change them under Settings.",
        404 => "The link may be old, or what it named was removed.",
        429 => "Wait a minute, then try again.",
        < 500 => "Go back and try again.",
        _ => "Nothing was half done: a command is either carried out whole or not at all. Try again in a moment.",
    };

    private string? Reference => Status >= 500 ? Activity.Current?.TraceId.ToString() ?? Http.TraceIdentifier : null;
}
