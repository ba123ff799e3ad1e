using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Events;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>Tries a context against all flags, or against one; which one lives in the address, the context does not.</summary>
public sealed partial class PlaygroundPage
{
    private int revision;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    /// <summary>Key of the one flag that is asked; all where it is missing.</summary>
    [SupplyParameterFromQuery]
    private string? Flag { get; set; }

    [SupplyParameterFromQuery]
    private string? Q { get; set; }

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject.Kind is FlagSubject.Kind or SegmentSubject.Kind;

    protected override Task ReadAsync(CancellationToken cancellationToken)
    {
        revision++;
        return Task.CompletedTask;
    }

    private void Go(string parameter, string? value) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(parameter, string.IsNullOrEmpty(value) ? null : value), replace: true);
}
