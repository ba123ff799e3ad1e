using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Gates.Domain;
using Athena.Dashboard.Platform.Kernel;
using static Athena.Dashboard.Tests.Gates.GateSamples;

namespace Athena.Dashboard.Tests.Gates.Domain;

public sealed class GateItemTests
{
    private static readonly Actor Owner = Person("Quality", Role.QaLead);

    [Fact]
    public void The_owner_role_ticks_its_item()
    {
        var ticked = Item().Tick("Run 4711 is green", By(Owner, TimeSpan.FromHours(1))).Value;

        ticked.State.State.ShouldBe(GateItemState.Passed);
        ticked.State.StateSince.ShouldBe(Now.AddHours(1));
        ticked.State.ChangedBy.ShouldBe("Quality");
        ticked.Events.ShouldHaveSingleItem().ShouldBeOfType<GateItemTicked>().Comment.ShouldBe("Run 4711 is green");
    }

    [Theory]
    [InlineData(Role.ReleaseManager, true)]
    [InlineData(Role.Administrator, true)]
    [InlineData(Role.EngineeringLead, false)]
    [InlineData(Role.ProductManager, false)]
    [InlineData(Role.Support, false)]
    [InlineData(Role.Viewer, false)]
    public void Others_tick_it_only_as_release_manager(Role role, bool may)
    {
        var outcome = Item().Tick(null, By(Person("Other", role)));

        outcome.IsAccepted.ShouldBe(may);
        if (!may) outcome.Refusal!.WhoCan.ShouldBe(["QA Lead", "Release Manager"]);
    }

    [Fact]
    public void A_key_ticks_only_with_the_scope_for_gates()
    {
        Item().Tick(null, By(Key(Permission.WriteGates))).IsAccepted.ShouldBeTrue();
        Item().Tick(null, By(Key(Permission.WriteHealth, Permission.EvaluateFlags))).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
    }

    [Fact]
    public void A_blocked_item_is_not_ticked_before_the_block_is_lifted()
    {
        var blocked = Item().Block("The test farm is down", By(Owner)).Value.State;

        var refusal = blocked.Tick(null, By(Owner)).Refusal!;
        refusal.Code.ShouldBe("gate_blocked");
        refusal.Detail.ShouldContain("The test farm is down");

        blocked.Untick(null, By(Owner)).Value.State.Tick(null, By(Owner)).IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public void Blocks_and_rejections_need_a_reason()
    {
        Item().Block("  ", By(Owner)).Refusal!.Items.ShouldHaveSingleItem().Place.ShouldBe("reason");
        Item().Reject(null, By(Owner)).Refusal!.Items.ShouldHaveSingleItem().Place.ShouldBe("reason");
    }

    [Fact]
    public void Text_that_no_database_takes_is_refused()
    {
        foreach (var text in (string[])["a\0b", "a\u001bb", "a\ud800b"])
            Item().Block(text, By(Owner)).Refusal!.Items.ShouldHaveSingleItem().Message.ShouldContain("not text");
        Item().Block("tab\tand 🚀", By(Owner)).IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public void An_item_that_a_check_settles_is_not_ticked_by_hand()
    {
        var item = Item(check: "notes-approved");

        item.Tick(null, By(Owner, settledByCheck: true)).Refusal!.Code.ShouldBe("settled_by_check");
        item.Tick(null, By(Owner, settledByCheck: false)).IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public void A_check_of_the_product_that_has_not_passed_yet_is_no_failure_and_one_that_no_longer_passes_is()
    {
        var system = By(Actor.System("notes"), settledByCheck: true);
        var waiting = Item().Report(new GateCheckResult(false, "Support has not approved"), "notes-approved", badIsFailure: false, system).Value.State;
        waiting.State.ShouldBe(GateItemState.Open);
        waiting.Comment.ShouldBe("Support has not approved");

        var passed = waiting.Report(new GateCheckResult(true, "Approved"), "notes-approved", badIsFailure: false, system).Value.State;
        passed.State.ShouldBe(GateItemState.Passed);

        var changed = passed.Report(new GateCheckResult(false, "Changed after approval"), "notes-approved", badIsFailure: false, system).Value;
        changed.State.State.ShouldBe(GateItemState.Failed);
        changed.Events.ShouldHaveSingleItem().ShouldBeOfType<GateCheckReported>().TookBack.ShouldBeTrue();
    }

    [Fact]
    public void A_check_that_says_the_same_again_leaves_no_event()
    {
        var system = By(Actor.System("notes"));
        var passed = Item().Report(new GateCheckResult(true, "Approved"), "notes-approved", badIsFailure: false, system).Value.State;

        passed.Report(new GateCheckResult(true, "Approved"), "notes-approved", badIsFailure: false, system).Value.Events.ShouldBeEmpty();
    }

    [Fact]
    public void A_red_pipeline_fails_an_open_item_and_never_lifts_a_block()
    {
        var key = By(Key(Permission.WriteGates));
        Item().Report(new GateCheckResult(false, "3 tests failed"), "pipeline", badIsFailure: true, key).Value.State.State.ShouldBe(GateItemState.Failed);

        var blocked = Item().Block("Wrong data set", By(Owner)).Value.State;
        var reported = blocked.Report(new GateCheckResult(true, "Green"), "pipeline", badIsFailure: true, key).Value.State;
        reported.State.ShouldBe(GateItemState.Blocked);
        reported.Comment.ShouldBe("Wrong data set");
    }

    [Fact]
    public void A_check_that_says_the_same_again_says_nothing_whatever_the_items_state()
    {
        var system = By(Actor.System("notes"));
        var blocked = Item().Block("Wrong data set", By(Owner)).Value.State;
        foreach (var item in (GateItem[])[Item(), blocked, Item() with { State = GateItemState.Waived, WaivedUntil = system.Now.AddDays(1) }])
        {
            var first = item.Report(new GateCheckResult(false, "Not started"), "notes-approved", badIsFailure: false, system).Value;
            first.Events.Length.ShouldBe(1);
            first.State.Report(new GateCheckResult(false, "Not started"), "notes-approved", badIsFailure: false, system).Value.Events.ShouldBeEmpty();
            first.State.Report(new GateCheckResult(false, "Half done"), "notes-approved", badIsFailure: false, system).Value.Events.Length.ShouldBe(1);
        }
    }

    [Fact]
    public void Only_somebody_who_may_settle_an_item_is_asked_to()
    {
        var refusal = Item().Assign(new GateAssignee(IdOf("Help"), "Help", [Role.Support]), By(Owner)).Refusal!;
        refusal.Code.ShouldBe("assignee_unable");

        var assigned = Item().Assign(new GateAssignee(Owner.Id, Owner.Name, [Role.QaLead]), By(Person("Lead", Role.ReleaseManager))).Value;
        assigned.State.AssigneeName.ShouldBe("Quality");
        assigned.Events.ShouldHaveSingleItem().ShouldBeOfType<GateItemAssigned>().AssigneeId.ShouldBe(Owner.Id);
    }

    [Fact]
    public void Anybody_of_the_process_may_comment_and_a_viewer_may_not()
    {
        GateRemark.On(Item(), Guid.NewGuid(), "Seen", By(Person("Help", Role.Support))).IsAccepted.ShouldBeTrue();
        GateRemark.On(Item(), Guid.NewGuid(), "Seen", By(Person("Guest", Role.Viewer))).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("ftp://files.example.com/report")]
    [InlineData("/relative")]
    [InlineData("https://")]
    public void Evidence_is_linked_by_web_address_only(string link) =>
        GateEvidence.On(Item(), Guid.NewGuid(), "Report", link, null, By(Owner)).Refusal!.Items.ShouldHaveSingleItem().Place.ShouldBe("link");

    [Fact]
    public void Everything_wrong_with_evidence_is_said_at_once() =>
        GateEvidence.On(Item(), Guid.NewGuid(), "", "nowhere", new string('x', 201), By(Owner)).Refusal!.Items.Select(item => item.Place)
            .ShouldBe(["title", "link", "about"]);
}
