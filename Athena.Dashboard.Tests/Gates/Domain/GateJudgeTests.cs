using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Gates.Domain;
using Athena.Dashboard.Platform.Kernel;
using static Athena.Dashboard.Tests.Gates.GateSamples;

namespace Athena.Dashboard.Tests.Gates.Domain;

public sealed class GateJudgeTests
{
    private static readonly HashSet<string> NoChecks = [];

    [Fact]
    public void An_open_item_is_named_with_who_can_and_since_when()
    {
        var open = GateJudge.Judge([Item()], ["pre-release"], NoChecks, Now, Now.AddDays(1)).Open.ShouldHaveSingleItem();

        open.Title.ShouldBe("E2E test suite complete");
        open.WhoCan.ShouldBe(["QA Lead", "Release Manager"]);
        open.Since.ShouldBe(Now);
        open.ToRefusalItem().Place.ShouldBe("Pre-Release Gates: E2E test suite complete");
    }

    [Fact]
    public void The_assignee_is_named_first_and_a_check_alone()
    {
        var assigned = Item() with { AssigneeName = "Quality" };
        GateJudge.Judge([assigned], ["pre-release"], NoChecks, Now, Now).Open[0].WhoCan[0].ShouldBe("Quality");

        var checkedItem = Item(check: "notes-approved");
        GateJudge.Judge([checkedItem], ["pre-release"], new HashSet<string> { "notes-approved" }, Now, Now).Open[0].WhoCan.ShouldBe(["check notes-approved"]);
    }

    [Fact]
    public void A_set_that_was_never_opened_denies()
    {
        var verdict = GateJudge.Judge([], ["production"], NoChecks, Now, Now);

        verdict.Passed.ShouldBeFalse();
        verdict.Open.ShouldHaveSingleItem().Set.ShouldBe("production");
    }

    [Fact]
    public void Other_sets_are_not_asked()
    {
        var passed = Item().Tick(null, By(Person("Quality", Role.QaLead))).Value.State;
        GateJudge.Judge([passed, Item() with { SetKey = "production" }], ["pre-release"], NoChecks, Now, Now).Passed.ShouldBeTrue();
    }
}
