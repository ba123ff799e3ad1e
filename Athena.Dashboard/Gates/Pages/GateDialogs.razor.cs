using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Gates.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Gates.Pages;

/// <summary>Commands that need words.</summary>
public enum GateQuestion
{
    Block,
    Reject,
    Reopen,
    Decline,
    Evidence,
    Waiver,
}

/// <summary>
/// One dialog for every command that needs words. It answers to the version that was seen when it opened: if somebody
/// else was faster, the refusal is shown, what was typed stays, and the next press answers to the new version.
/// </summary>
public sealed partial class GateDialogs
{
    private ModalDialog dialog = default!;
    private GateQuestion question;
    private GateItemView? item;
    private Refusal? refusal;
    private string? text;
    private string? link;
    private string? about;
    private string? riskOfGoing;
    private string? riskOfNotGoing;
    private string? followUp;
    private DateTime? until;

    [CascadingParameter]
    private GateBoardPart Board { get; set; } = default!;

    [CascadingParameter]
    private PersonZone? Person { get; set; }

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [Parameter, EditorRequired]
    public required WaiverTermsView Waivers { get; set; }

    private TimeZoneInfo Zone => (Person ?? PersonZone.Utc).Zone;

    private string Title => question switch
    {
        GateQuestion.Block => "Block this item?",
        GateQuestion.Reject => "Reject this item?",
        GateQuestion.Reopen => item?.State == GateItemState.Blocked ? "Lift the block?" : "Reopen this item?",
        GateQuestion.Decline => "Turn the waiver down?",
        GateQuestion.Evidence => "Link evidence",
        _ => "Ask for a waiver",
    };

    private string Verb => question switch
    {
        GateQuestion.Block => "Block",
        GateQuestion.Reject => "Reject",
        GateQuestion.Reopen => item?.State == GateItemState.Blocked ? "Lift the block" : "Reopen",
        GateQuestion.Decline => "Turn down",
        GateQuestion.Evidence => "Link",
        _ => "Ask",
    };

    private string WhoDecides =>
        $"{string.Join(" or ", Waivers.WhoCanApprove)} decides, and not whoever asks."
        + (Waivers.Approvers > 1 ? $" {Waivers.Approvers} people have to agree." : "");

    /// <summary>A refusal that names fields is shown at them; what is left is shown below.</summary>
    private Refusal? Unplaced => refusal is { Kind: RefusalKind.Invalid } ? null : refusal;

    public Task AskAsync(GateQuestion asked, GateItemView about)
    {
        (question, item, refusal) = (asked, about, null);
        (text, link, this.about, riskOfGoing, riskOfNotGoing, followUp) = ("", "", "", "", "", "");
        until = TimeZoneInfo.ConvertTime(Clock.GetUtcNow(), Zone).DateTime.Date.AddDays(7).AddHours(18);
        // The press was somebody else's event: without this the dialog opens under the title of the last question.
        StateHasChanged();
        return dialog.OpenAsync();
    }

    private string? ErrorOf(string place) => FieldErrors.Of(refusal, place);

    private async Task<Refusal?> GiveAsync()
    {
        refusal = null;
        var (id, version) = (item!.Id, item.Version);
        var refused = await Board.CommandAsync((gates, actor) => GiveAsync(gates, id, version, actor));
        if (refused is null) await dialog.CloseAsync();
        return refused;
    }

    private async Task<Outcome<Done>> GiveAsync(GateService gates, Guid id, long version, Actor actor) => question switch
    {
        GateQuestion.Block => Quiet(await gates.BlockAsync(id, version, text, actor, default)),
        GateQuestion.Reject => Quiet(await gates.RejectAsync(id, version, text, actor, default)),
        GateQuestion.Reopen => Quiet(await gates.UntickAsync(id, version, text, actor, default)),
        GateQuestion.Decline => Quiet(await gates.DeclineWaiverAsync(item!.Waiver!.Id, text, actor, default)),
        GateQuestion.Evidence => Quiet(await gates.LinkEvidenceAsync(id, text, link, about, actor, default)),
        _ => Quiet(await gates.AskWaiverAsync(id, version, new WaiverRequest(text, riskOfGoing, riskOfNotGoing, Until(), followUp), actor, default)),
    };

    private DateTimeOffset? Until() => until is { } local ? new DateTimeOffset(local, Zone.GetUtcOffset(local)).ToUniversalTime() : null;

    private void ShowAsync(Refusal refused)
    {
        refusal = refused;
        if (refused.Kind == RefusalKind.Stale && Board.Find(item!.Id) is { } now) item = now;
    }

    private static Outcome<Done> Quiet<T>(Outcome<T> outcome) => outcome.Then<Done>(_ => Done.Yes);
}
