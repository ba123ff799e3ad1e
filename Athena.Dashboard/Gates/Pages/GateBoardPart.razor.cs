using System.Collections.Immutable;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Gates.Pages;

/// <summary>Which items of a board are shown.</summary>
public enum GateFilter
{
    All,
    Open,
    Mine,
    Overdue,
}

/// <summary>
/// All gates of one subject, as they are now, and every command on them. Rows and dialogs reach the commands through
/// this component, which cascades itself.
/// </summary>
public sealed partial class GateBoardPart
{
    private static readonly GateFilter[] filters = [GateFilter.All, GateFilter.Open, GateFilter.Mine, GateFilter.Overdue];

    private GateBoardView? board;
    private Actor? actor;
    private bool isMissing;
    private ImmutableHashSet<Guid> changed = [];
    private GateDialogs dialogs = default!;

    /// <summary>What the gates guard.</summary>
    [Parameter, EditorRequired]
    public required Subject Subject { get; set; }

    /// <summary>Key of the item that is open; the page's URL holds it in <c>item</c>.</summary>
    [Parameter]
    public string? OpenItem { get; set; }

    /// <summary>Which items are shown; the page's URL holds it in <c>show</c>.</summary>
    [Parameter]
    public string? Show { get; set; }

    [Inject]
    private IGateBoards Boards { get; set; } = default!;

    [Inject]
    private GateService Gates { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private Announcer Announcer { get; set; } = default!;

    private GateFilter Filter => Enum.TryParse<GateFilter>(Show, ignoreCase: true, out var filter) && Enum.IsDefined(filter) ? filter : GateFilter.All;

    private IEnumerable<GateItemView> Items => board!.Sets.SelectMany(set => set.Items);

    private int Total => Items.Count();

    private int Done => Items.Count(item => item.State.IsDone());

    private IReadOnlyList<Option<GateFilter>> Filters =>
        [.. filters.Select(filter => new Option<GateFilter>(filter, $"{filter} {Items.Count(item => IsShown(item, filter))}"))];

    /// <summary>The item as it is now, e.g. for a dialog that learns that it showed an older one.</summary>
    internal GateItemView? Find(Guid itemId) => board?.Find(itemId);

    /// <summary>Passed items are un-ticked, all others ticked. A refusal is shown as a toast.</summary>
    internal async Task ToggleAsync(GateItemView item)
    {
        var me = await Current.GetAsync(Gone);
        var outcome = item.State == GateItemState.Passed
            ? await Gates.UntickAsync(item.Id, item.Version, null, me, Gone)
            : await Gates.TickAsync(item.Id, item.Version, null, me, Gone);
        if (outcome.Refusal is { } refusal) Toasts.Refuse(refusal);
        await RefreshAsync();
    }

    /// <summary>Gives a command in the name of whoever looks, then reads again.</summary>
    internal async Task<Refusal?> CommandAsync<T>(Func<GateService, Actor, Task<Outcome<T>>> command)
    {
        var outcome = await command(Gates, await Current.GetAsync(Gone));
        await RefreshAsync();
        return outcome.Refusal;
    }

    internal Task AskAsync(GateQuestion question, GateItemView item) => dialogs.AskAsync(question, item);

    internal string HrefOf(GateItemView item) =>
        Navigation.GetUriWithQueryParameter("item", item.Key == OpenItem ? null : item.Key);

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject == Subject;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var next = await Boards.FindAsync(Subject, cancellationToken);
        actor = await Current.GetAsync(cancellationToken);
        if (board is not null && next is not null && board.Subject == next.Subject) Compare(board, next, actor.Name);
        board = next;
        isMissing = next is null;
    }

    // Another subject at the same place keeps the component.
    protected override Task OnParametersSetAsync() =>
        board is null || board.Subject == Subject ? Task.CompletedTask : ReadAsync(Gone);

    private async Task RefreshAsync()
    {
        await ReadAsync(Gone);
        StateHasChanged();
    }

    // What somebody else did is marked for those who see and said to those who do not.
    private void Compare(GateBoardView before, GateBoardView after, string me)
    {
        var theirs = after.Sets.SelectMany(set => set.Items)
            .Where(item => before.Find(item.Id) is { } old && old.Version < item.Version && item.ChangedBy != me)
            .Select(item => (Item: item, StateChanged: before.Find(item.Id)!.State != item.State)).ToList();
        changed = [.. theirs.Select(change => change.Item.Id)];
        foreach (var (item, _) in theirs.Where(change => change.StateChanged))
            Announcer.Say($"{item.ChangedBy}: {item.Title} is {item.State.Word()}.", urgent: item.State == GateItemState.Blocked);
    }

    private void ShowFilter(GateFilter filter) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("show", filter == GateFilter.All ? null : filter.ToString().ToLowerInvariant()), replace: true);

    // The open item stays in sight whatever is filtered away around it.
    private IReadOnlyList<GateItemView> Shown(GateSetView set) => [.. set.Items.Where(item => IsShown(item, Filter) || item.Key == OpenItem)];

    private bool IsShown(GateItemView item, GateFilter filter) => filter switch
    {
        GateFilter.Open => !item.State.IsDone(),
        GateFilter.Mine => item.AssigneeId == actor!.Id || (item.AssigneeId is null && item.Owners.Any(actor.Is)),
        GateFilter.Overdue => item.Overdue,
        _ => true,
    };
}
