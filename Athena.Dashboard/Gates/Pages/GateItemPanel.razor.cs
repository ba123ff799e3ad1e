using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Gates.Domain;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Gates.Pages;

/// <summary>Everything about one item, and everything that can be done to it.</summary>
public sealed partial class GateItemPanel
{
    private IReadOnlyList<Option<Guid?>> candidates = [];
    private string? comment = "";
    private Refusal? refusal;

    [CascadingParameter]
    private GateBoardPart Board { get; set; } = default!;

    [Inject]
    private IPeople People { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Parameter, EditorRequired]
    public required GateItemView Item { get; set; }

    [Parameter, EditorRequired]
    public required Actor Actor { get; set; }

    [Parameter]
    public string? Closed { get; set; }

    private string? SettleReason => GatePhrases.Why(GateRights.MayNotSettle(Item.Owners, Item.Title, Actor, "change"));

    private string? CommentReason => GatePhrases.Why(GateRights.MayNotSpeak(Item.Title, Actor, "comment on"));

    private string? WaiverReason => GatePhrases.Why(Actor.Lacks(Permission.AskWaiver, "ask for a waiver"));

    protected override async Task OnParametersSetAsync()
    {
        var able = (await People.ListAsync()).Where(person => GateRights.MaySettle(Item.Owners, person.Roles));
        var options = able.Select(person => new Option<Guid?>(person.Id, person.Name)).ToList();
        // Somebody who may no longer settle it is still shown as who has it.
        if (Item.AssigneeId is { } id && options.All(option => option.Value != id)) options.Add(new Option<Guid?>(id, Item.AssigneeName!, Disabled: true));
        candidates = [new Option<Guid?>(null, "Nobody"), .. options];
    }

    private Task<Refusal?> StartAsync() => Board.CommandAsync((gates, actor) => gates.StartAsync(Item.Id, Item.Version, actor, default));

    private Task<Refusal?> AssignToAsync(Guid? personId) =>
        Board.CommandAsync((gates, actor) => gates.AssignAsync(Item.Id, Item.Version, personId, actor, default));

    private async Task AssignAsync(Guid? personId)
    {
        if (await AssignToAsync(personId) is { } refused) Toasts.Refuse(refused);
    }

    private async Task<Refusal?> CommentAsync()
    {
        refusal = null;
        var refused = await Board.CommandAsync((gates, actor) => gates.CommentAsync(Item.Id, comment, actor, default));
        if (refused is null) comment = "";
        return refused;
    }
}
