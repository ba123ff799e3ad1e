using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Text;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;
using Athena.Dashboard.Recovery.Domain;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Tests.Recovery.Domain;

/// <summary>The text that begins by itself, and what people make of it.</summary>
public sealed class PostMortemTests
{
    private static readonly DateTimeOffset Now = new(2025, 8, 15, 10, 0, 0, TimeSpan.Zero);
    private static readonly Actor Writer = new(ActorKind.Person, Guid.NewGuid(), "Ada", Permissions.Of([Role.ReleaseManager]), [Role.ReleaseManager]);

    private static readonly PostMortemText Text = new(MarkdownText.Escape);

    [Fact]
    public void The_draft_says_when_it_was_found_decided_and_taken_back()
    {
        var text = Text.Draft(Taken, Record());
        text.ShouldContain("# Post-mortem: database-views-v2 in production");
        text.ShouldContain("| Detected | 2025-08-15 09:59:40 |  |");
        text.ShouldContain("| Decided | 2025-08-15 10:00:00 | 20.0 s |");
        text.ShouldContain("| Nobody exposed | 2025-08-15 10:00:01 | 1.0 s |");
        text.ShouldContain("| Verified | not yet |  |");
        text.ShouldContain("Exposed from 2025-08-15 08:00:00 until 2025-08-15 10:00:01 (2 h 0 min), to 10 % of users at most.");
        text.ShouldContain("About 63 different users had it at 1 %.");
        text.ShouldContain("The rule `error_rate > 5%` of the list rollback-conditions.");
        text.ShouldContain("Take the flag's exposure to zero: done 2025-08-15 10:00:01. Exposure 0 %");
    }

    [Fact]
    public void Words_of_people_are_shown_and_command_nothing()
    {
        var text = Text.Draft(Taken, Record() with { Decision = Record().Decision with { Harm = null, Reason = "See [this](javascript:alert) | <b>now</b>\n# Title" } });
        text.ShouldContain(@"\[this\](javascript:alert)");
        text.ShouldNotContain("<b>");
        text.ShouldNotContain("\n# Title");
        text.ShouldContain("No rule: rollout engine decided.");
    }

    [Fact]
    public void What_is_not_taken_back_yet_has_a_draft_too() =>
        Text.Draft(Taken with { What = null, RolloutId = null }, null).ShouldContain("opened the rollback procedure of release 1.2.0");

    [Fact]
    public void What_a_person_wrote_is_never_written_anew()
    {
        var drafted = PostMortem.Draft(Taken, "one", "product", Now).State;
        var known = drafted.Redraft("two", "product", Now).State;
        known.Text.ShouldBe("two");
        var written = known.Save("mine", Writer, Now).Value.State;
        written.Redraft("three", "product", Now).Events.ShouldBeEmpty();
        written.Text.ShouldBe("mine");
    }

    [Fact]
    public void A_published_text_is_settled_and_its_follow_ups_are_not()
    {
        var published = PostMortem.Draft(Taken, "text", "product", Now).State.Publish(Writer, Now).Value.State;
        published.Save("other", Writer, Now).Refusal!.Code.ShouldBe("post_mortem_published");
        published.Publish(Writer, Now).Refusal!.Code.ShouldBe("post_mortem_published");
        var added = published.Add(new FollowUp(Guid.NewGuid(), "Test with real data", null, null, new DateOnly(2025, 9, 1))).Value.State;
        var ticked = added.Tick(added.FollowUps[0].Id, true, Writer, Now).Value.State;
        ticked.FollowUps[0].DoneBy.ShouldBe("Ada");
        ticked.Tick(added.FollowUps[0].Id, false, Writer, Now).Value.State.FollowUps[0].IsDone.ShouldBeFalse();
        published.Reopen("A cause was wrong.").State.Save("other", Writer, Now).IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public void A_follow_up_names_all_that_is_wrong_with_it()
    {
        var report = PostMortem.Draft(Taken, "text", "product", Now).State;
        report.Add(new FollowUp(Guid.NewGuid(), "", null, null, default)).Refusal!.Items.Select(item => item.Place).ShouldBe(["title", "dueOn"]);
        report.Publish(Writer, Now).IsAccepted.ShouldBeTrue();
        (report with { Text = " " }).Publish(Writer, Now).Refusal!.Code.ShouldBe("text_missing");
    }

    [Fact]
    public void A_look_says_what_the_flag_serves_and_what_health_shows()
    {
        var zero = new FlagExposure("database-views-v2", "production", true, Percentage.Zero, [], null, 1);
        Verification.Look(zero, []).ShouldBe(["database-views-v2 exposes 0 % in production: everybody gets the old value.", "Nothing has been reported since it was taken back, so health is not confirmed."]);
        Verification.Look(zero with { Enabled = false }, [Errors(null, 0, 0.001, 4000)]).ShouldBe(["database-views-v2 is switched off in production: everybody gets the old value.", "No request with the feature was reported since; of 4,000 without it 0.1 % failed."]);
        Verification.Look(zero with { Percentage = Percentage.From(10) }, [Errors(0.2, 10, 0.001, 90)]).ShouldBe(["database-views-v2 exposes 10 % in production again.", "10 requests with the feature were still reported since, 20 % of them failed; of 90 without it 0.1 % failed."]);
        Verification.Look(null, [])[0].ShouldBe("The flag is gone: clients use the value in their code.");
    }

    private static MeasuredMetric Errors(double? exposed, long exposedSamples, double? control, long controlSamples) => new("error_rate", "Error rate", MetricUnit.Fraction, exposed, exposedSamples, control, controlSamples);

    private static Procedure Taken { get; } =
        Procedure.Open(Guid.NewGuid(), "1.2.0", Guid.NewGuid(), "database-views-v2 in production", "Errors.", "rollout engine", DefaultProcess.Document.Rollback, Now).State;

    private static RollbackRecord Record() => new(
        new Rollback(
            new RolloutName(Guid.NewGuid(), "1.2.0", "database-views-v2", "production", true),
            new StageName(2, "beta", Percentage.From(10)),
            new HarmfulRule("rollback-conditions", "error_rate > 5%", RuleAction.RollBack),
            RuleAction.RollBack,
            "error_rate is 9 %, above 5 %.",
            Now,
            "rollout engine"),
        Now.AddHours(-2),
        Now.AddSeconds(-20),
        Now.AddSeconds(1),
        Now.AddSeconds(2),
        [new TakenBack("flag-exposure", "Take the flag's exposure to zero", Now, Now.AddSeconds(1), false, "Exposure 0 %; the flag stays enabled.")],
        [new ExposureStep(Now.AddHours(-2), 0.01), new ExposureStep(Now.AddHours(-1), 0.1), new ExposureStep(Now.AddSeconds(1), 0)],
        [new ExposedUsers(Percentage.From(1), [], 63, 6200)],
        [new RolloutTurn(Now, "Rolled back: error_rate is 9 %, above 5 %.", "rollout engine")]);
}
