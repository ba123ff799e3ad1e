using System.Globalization;
using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Communication.Pages;

/// <summary>Everything about one task or message, and what can be done with it.</summary>
public sealed partial class TimelineEntryDialog
{
    private ModalDialog dialog = default!;
    private ConfirmDialog skip = default!;
    private Guid? opened;
    private Refusal? refusal;
    private MessageDetail? detailed;
    private long detailedVersion;
    private List<Option<Guid?>> people = [];

    [Parameter, EditorRequired]
    public required ReleaseTimeline Timeline { get; set; }

    [Parameter, EditorRequired]
    public required Actor Actor { get; set; }

    [Inject]
    private CommunicationService Service { get; set; } = default!;

    [Inject]
    private Refusals Refusals { get; set; } = default!;

    [Inject]
    private CommunicationQueries Queries { get; set; } = default!;

    [Inject]
    private IPeople People { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    // Read from the timeline each time, so that the open dialog follows what others do.
    private TimelineRow? Row => Timeline.Moments.SelectMany(moment => moment.Rows).FirstOrDefault(row => row.Entry.Id == opened);

    private string? Denied => Row is null ? null : CommunicationPhrases.Why(Row.Entry.Denies(Actor));

    private bool IsFixed => Denied is not null || Row?.Entry.State != ItemState.Open;

    public async Task OpenAsync(Guid id)
    {
        (opened, refusal) = (id, null);
        people = [new Option<Guid?>(null, "Nobody in particular"), .. (await People.ListAsync()).Where(person => person.May(Permission.TakePart)).Select(person => new Option<Guid?>(person.Id, person.Name))];
        await RefreshAsync();
        await dialog.OpenAsync();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (Row?.Message is { } message && message.Version != detailedVersion) await RefreshAsync();
    }

    private async Task RefreshAsync()
    {
        detailed = Row?.Message is { } message ? await Queries.MessageAsync(message.Id, CancellationToken.None) : null;
        detailedVersion = detailed?.Message.Version ?? 0;
    }

    private Task<Refusal?> TickAsync() => DoAsync((entry, actor) => Service.TickAsync(entry.Id, entry.Version, actor, CancellationToken.None), close: true);

    private Task<Refusal?> UntickAsync() => DoAsync((entry, actor) => Service.UntickAsync(entry.Id, entry.Version, actor, CancellationToken.None));

    private Task<Refusal?> SkipAsync(string reason) => DoAsync((entry, actor) => Service.SkipAsync(entry.Id, entry.Version, reason, actor, CancellationToken.None), close: true);

    private async Task AssignAsync(Guid? assigneeId) =>
        Show(await DoAsync((entry, actor) => Service.AssignAsync(entry.Id, entry.Version, assigneeId, actor, CancellationToken.None)));

    private async Task RedateAsync(DateOnly? date, TimeOnly time)
    {
        if (date is not { } day) return;
        Show(await DoAsync((entry, actor) => Service.RedateAsync(entry.Id, entry.Version, day.DayNumber - Timeline.Plan.TargetDate.DayNumber, time, actor, CancellationToken.None)));
    }

    private Task ChangeTimeAsync(ChangeEventArgs change) =>
        TimeOnly.TryParse(change.Value as string, CultureInfo.InvariantCulture, out var time) && Row is { Entry: var entry }
            ? RedateAsync(Timeline.Plan.TargetDate.AddDays(entry.Day), time)
            : Task.CompletedTask;

    private void Show(Refusal? why)
    {
        refusal = why;
        if (why is not null) Refusals.Tell(why);
    }

    private async Task<Refusal?> DoAsync(Func<TimelineEntry, Actor, Task<Outcome<TimelineEntry>>> command, bool close = false)
    {
        if (Row is not { } row) return null;
        var outcome = await command(row.Entry, await Current.GetAsync());
        if (outcome.IsAccepted && close) await dialog.CloseAsync();
        return outcome.Refusal;
    }
}
