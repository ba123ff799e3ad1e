using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Gates.Domain;
using Athena.Dashboard.Platform.Kernel;
using static Athena.Dashboard.Tests.Gates.GateSamples;

namespace Athena.Dashboard.Tests.Gates.Domain;

public sealed class GateWaiverTests
{
    private static readonly Actor Asker = Person("Asker", Role.ReleaseManager, Role.EngineeringLead);
    private static readonly Actor Lead = Person("Lead", Role.EngineeringLead);
    private static readonly Actor Quality = Person("Quality", Role.QaLead);

    [Fact]
    public void A_second_person_approves_and_the_item_is_waived_until_the_end()
    {
        var waived = Asked().ApproveWaiver(OneApprover, By(Lead)).Value;

        waived.State.Item.State.ShouldBe(GateItemState.Waived);
        waived.State.Item.IsDoneAt(Now.AddDays(2)).ShouldBeTrue();
        waived.State.Item.IsDoneAt(Now.AddDays(3)).ShouldBeFalse();
        waived.Events.ShouldHaveSingleItem().ShouldBeOfType<GateItemWaived>().AskedBy.ShouldBe("Asker");
    }

    [Fact]
    public void Whoever_asked_does_not_approve_even_with_the_right_role()
    {
        var refusal = Asked().ApproveWaiver(OneApprover, By(Asker)).Refusal!;

        refusal.Code.ShouldBe("own_waiver");
        refusal.WhoCan.ShouldBe(["Engineering Lead", "QA Lead"]);
    }

    [Theory]
    [InlineData(Role.ReleaseManager)]
    [InlineData(Role.ProductManager)]
    [InlineData(Role.DevOpsEngineer)]
    [InlineData(Role.Support)]
    [InlineData(Role.Viewer)]
    public void Only_engineering_lead_and_qa_lead_approve(Role role) =>
        Asked().ApproveWaiver(OneApprover, By(Person("Other", role))).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);

    [Fact]
    public void One_person_counts_once_where_two_have_to_agree()
    {
        var two = OneApprover with { Approvers = 2 };
        var once = Asked().ApproveWaiver(two, By(Lead)).Value;
        once.State.Item.State.ShouldBe(GateItemState.Open);
        once.Events.ShouldHaveSingleItem().ShouldBeOfType<GateWaiverSeconded>().Missing.ShouldBe(1);

        once.State.ApproveWaiver(two, By(Lead)).Refusal!.Code.ShouldBe("already_approved");
        once.State.ApproveWaiver(two, By(Quality)).Value.State.Item.State.ShouldBe(GateItemState.Waived);
    }

    [Fact]
    public void A_waiver_names_reason_both_risks_and_its_end()
    {
        var refusal = Item().AskWaiver(Guid.NewGuid(), new WaiverRequest(null, "", null, null, null), OneApprover, By(Asker)).Refusal!;

        refusal.Items.Select(item => item.Place).ShouldBe(["reason", "riskOfGoing", "riskOfNotGoing", "until"]);
    }

    [Fact]
    public void On_a_hotfix_it_names_a_follow_up_too()
    {
        var hotfix = OneApprover with { FollowUpRequired = true };

        Item().AskWaiver(Guid.NewGuid(), Request(), hotfix, By(Asker)).Refusal!.Items.ShouldHaveSingleItem().Place.ShouldBe("followUp");
        Item().AskWaiver(Guid.NewGuid(), Request(followUp: "Run the suite tomorrow"), hotfix, By(Asker)).IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public void An_expired_waiver_denies_before_and_after_its_end_is_recorded()
    {
        var waived = Asked().ApproveWaiver(OneApprover, By(Lead)).Value.State;
        var later = By(Actor.System("gates"), TimeSpan.FromDays(4));

        waived.Item.StateAt(later.Now).ShouldBe(GateItemState.Open);
        var ended = waived.EndWaiver(later);
        ended.State.Item.State.ShouldBe(GateItemState.Open);
        ended.State.Item.StateSince.ShouldBe(waived.Waiver.Until);
        ended.Events.ShouldHaveSingleItem().ShouldBeOfType<GateWaiverExpired>();
    }

    [Fact]
    public void A_waiver_does_not_end_early() =>
        Asked().ApproveWaiver(OneApprover, By(Lead)).Value.State.EndWaiver(By(Actor.System("gates"), TimeSpan.FromDays(1))).Events.ShouldBeEmpty();

    [Fact]
    public void A_second_waiver_waits_until_the_first_is_decided() =>
        Asked().Item.AskWaiver(Guid.NewGuid(), Request(), OneApprover, By(Quality)).Refusal!.Code.ShouldBe("waiver_asked");

    [Fact]
    public void Whoever_asked_may_take_it_back_and_a_decided_one_stays_decided()
    {
        var declined = Asked().DeclineWaiver("Not needed after all", OneApprover, By(Person("Asker", Role.ReleaseManager))).Value.State;

        declined.Waiver.State.ShouldBe(GateWaiverState.Declined);
        declined.ApproveWaiver(OneApprover, By(Lead)).Refusal!.Code.ShouldBe("waiver_decided");
        Asked().DeclineWaiver("No", OneApprover, By(Person("Guest", Role.Viewer))).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
    }

    [Fact]
    public void A_passed_item_needs_no_waiver() =>
        Item().Tick(null, By(Quality)).Value.State.AskWaiver(Guid.NewGuid(), Request(), OneApprover, By(Asker)).Refusal!.Code.ShouldBe("gate_state");

    private static WaivedItem Asked() => Item().AskWaiver(IdOf("waiver"), Request(), OneApprover, By(Asker)).Value.State;
}
