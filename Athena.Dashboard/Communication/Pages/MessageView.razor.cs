using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Communication.Pages;

/// <summary>A message as it goes out, its text to edit, and what can be done with it.</summary>
public sealed partial class MessageView
{
    private ConfirmDialog send = default!;
    private bool editing;
    private string subject = "";
    private string body = "";
    private string preview = "";
    private Refusal? refusal;

    [Parameter, EditorRequired]
    public required MessageDetail Detail { get; set; }

    /// <summary>Why the person may not act on it, or null.</summary>
    [Parameter, EditorRequired]
    public required string? Denied { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Inject]
    private MessageService Service { get; set; } = default!;

    [Inject]
    private CommunicationQueries Queries { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    private static string PlaceholderHint => "Markdown. Filled in when it is sent: " + string.Join(", ", MessageText.Placeholders.Keys.Order(StringComparer.Ordinal).Select(name => $"{{{name}}}"));

    private void Edit()
    {
        (subject, body, preview, refusal) = (Detail.Written.Subject, Detail.Written.Body, Detail.Html, null);
        editing = true;
    }

    private async Task ChangeBodyAsync(string? text)
    {
        body = text ?? "";
        var rendered = await Queries.PreviewAsync(Detail.Message.Id, body, CancellationToken.None);
        refusal = rendered.Refusal;
        if (rendered.IsAccepted) preview = rendered.Value;
    }

    private Task<Refusal?> SaveAsync() => DoAsync(actor => Service.EditAsync(Detail.Message.Id, Detail.Message.Version, subject, body, actor, CancellationToken.None));

    private Task<Refusal?> ResetAsync() => DoAsync(actor => Service.ResetAsync(Detail.Message.Id, Detail.Message.Version, actor, CancellationToken.None));

    private Task<Refusal?> HoldAsync() => DoAsync(actor => Service.HoldAsync(Detail.Message.Id, Detail.Message.Version, null, actor, CancellationToken.None));

    private Task<Refusal?> FreeAsync() => DoAsync(actor => Service.FreeAsync(Detail.Message.Id, Detail.Message.Version, actor, CancellationToken.None));

    private Task<Refusal?> RetryAsync() => DoAsync(actor => Service.RetryAsync(Detail.Message.Id, Detail.Message.Version, actor, CancellationToken.None));

    private Task<Refusal?> SendAsync() => DoAsync(actor => Service.SendNowAsync(Detail.Message.Id, Detail.Message.Version, actor, CancellationToken.None));

    private async Task<Refusal?> DoAsync(Func<Actor, Task<Outcome<OutboxMessage>>> command)
    {
        var outcome = await command(await Current.GetAsync());
        if (!outcome.IsAccepted) return outcome.Refusal;
        editing = false;
        await OnChanged.InvokeAsync();
        return null;
    }
}
