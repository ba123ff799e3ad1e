using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Communication.Pages;

/// <summary>One task or message in a list.</summary>
public sealed partial class TimelineEntryRow
{
    [Parameter, EditorRequired]
    public required TimelineRow Row { get; set; }

    [Parameter, EditorRequired]
    public required Actor Actor { get; set; }

    [Parameter, EditorRequired]
    public required DateTimeOffset Now { get; set; }

    [Parameter]
    public EventCallback OnOpen { get; set; }

    [Inject]
    private CommunicationService Service { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    private string? WhyNotToggle =>
        CommunicationPhrases.Why(Row.Entry.Denies(Actor))
        ?? (Row.Message is { State: MessageState.Sent or MessageState.Sending } ? "It was sent." : null);

    private async Task<Refusal?> ToggleAsync()
    {
        var actor = await Current.GetAsync();
        var outcome = Row.Entry.State == ItemState.Open
            ? await Service.TickAsync(Row.Entry.Id, Row.Entry.Version, actor, CancellationToken.None)
            : await Service.UntickAsync(Row.Entry.Id, Row.Entry.Version, actor, CancellationToken.None);
        return outcome.Refusal;
    }
}
