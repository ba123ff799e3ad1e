using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;
using Athena.Dashboard.Tests.Process;

namespace Athena.Dashboard.Tests.Communication.Domain;

public sealed class CommunicationPlanTests
{
    private static readonly DateOnly Target = new(2025, 8, 15);
    private static readonly DateTimeOffset Early = new(2025, 7, 1, 9, 0, 0, TimeSpan.Zero);

    private static (CommunicationPlan Plan, System.Collections.Immutable.ImmutableArray<TimelineEntry> Items) Begin(DateTimeOffset now, string zone = "Europe/Vienna") =>
        CommunicationPlan.Begin("1.2.0", 1, Target, zone, DefaultProcess.Document.Communication, now);

    [Fact]
    public void A_timeline_has_every_item_of_the_process_but_the_one_for_rollbacks()
    {
        var items = Begin(Early).Items;
        var wanted = SpecText.Checklist(SpecText.Communication).SelectMany(moment => moment.Items).ToList();
        wanted.Count.ShouldBe(17);
        items.Select(item => item.Title).ShouldBe(wanted.Where(title => title != "Post-mortem if needed"));
    }

    [Theory]
    [InlineData("internal-notification", "2025-08-08T10:00:00+02:00")]
    [InlineData("social-preparation", "2025-08-12T10:00:00+02:00")]
    [InlineData("user-emails", "2025-08-15T10:00:00+02:00")]
    [InlineData("feedback-collection", "2025-08-16T10:00:00+02:00")]
    [InlineData("success-reporting", "2025-08-18T10:00:00+02:00")]
    public void Items_are_due_at_ten_in_the_release_s_zone(string key, string due) =>
        Begin(Early).Items.Single(item => item.Key == key).DueAt.ShouldBe(DateTimeOffset.Parse(due));

    [Fact]
    public void A_move_across_the_clock_change_keeps_ten_o_clock()
    {
        var (plan, items) = Begin(Early);
        var moved = plan.Move(new DateOnly(2025, 10, 27), "Europe/Vienna");
        var mails = items.Single(item => item.Key == "user-emails");
        moved.DueAt(mails.Day, mails.Time).ShouldBe(DateTimeOffset.Parse("2025-10-27T10:00:00+01:00"));
        var week = items.Single(item => item.Key == "internal-notification");
        moved.DueAt(week.Day, week.Time).ShouldBe(DateTimeOffset.Parse("2025-10-20T10:00:00+02:00"));
    }

    [Fact]
    public void A_message_whose_day_was_over_when_it_was_planned_waits_for_a_person()
    {
        var now = new DateTimeOffset(2025, 8, 15, 15, 0, 0, TimeSpan.Zero);
        var (plan, items) = Begin(now);
        var messages = items.Where(item => item.Kind == CommunicationKind.Message).ToDictionary(item => item.Key, item => plan.MessageOf(item, now));
        messages["internal-notification"].Hold.ShouldBe(MessageHold.Missed);
        messages["user-emails"].State.ShouldBe(MessageState.Waiting, "on its day it is late, and goes out");
    }

    [Fact]
    public void The_post_mortem_appears_after_a_rollback_and_is_due_from_that_day()
    {
        var items = Begin(Early).Plan.AfterRollback(DefaultProcess.Document.Communication, new DateTimeOffset(2025, 8, 20, 12, 0, 0, TimeSpan.Zero));
        items.ShouldHaveSingleItem().DueAt.ShouldBe(DateTimeOffset.Parse("2025-08-23T10:00:00+02:00"));
    }

    [Fact]
    public void Owner_assignee_and_those_who_may_edit_the_timeline_act_on_an_item_and_nobody_else()
    {
        var item = Begin(Early).Items.Single(item => item.Key == "support-training");
        item.Denies(Notes.NoteSamples.Support).ShouldBeNull();
        item.Denies(Notes.NoteSamples.Product).ShouldBeNull();
        item.Denies(Notes.NoteSamples.Engineer)!.WhoCan.ShouldBe(["Product Manager", "Release Manager", "Administrator", "Support"]);
        item.Assign(Notes.NoteSamples.Engineer.Id, "Engineering Lead").State.Denies(Notes.NoteSamples.Engineer).ShouldBeNull();
    }

    [Fact]
    public void Skipping_needs_a_reason_and_a_settled_item_is_opened_first()
    {
        var item = Begin(Early).Items[2];
        item.Skip(" ", Notes.NoteSamples.Product, Early).Refusal!.Code.ShouldBe("reason_required");
        var skipped = item.Skip("Nobody to tell", Notes.NoteSamples.Product, Early).Value.State;
        skipped.Tick(Notes.NoteSamples.Product, Early).Refusal!.Detail.ShouldBe("Open it again first.");
        skipped.Untick().Value.State.ShouldBe(item with { Version = skipped.Version });
    }
}
