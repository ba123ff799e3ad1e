using Athena.Dashboard.Communication.Contracts;
using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Platform.Text;
using Athena.Dashboard.Process.Contracts;
using static Athena.Dashboard.Tests.Notes.NoteSamples;

namespace Athena.Dashboard.Tests.Communication.Domain;

public sealed class OutboxMessageTests
{
    private static readonly ReleaseFacts Fine = new(ReleaseState.RollingOut, [], [], NotesPublished: true);

    private static readonly OutboxMessage Message = new()
    {
        Id = Guid.CreateVersion7(Now),
        Release = Release,
        ItemId = Guid.CreateVersion7(Now),
        Key = "user-emails",
        Title = "User notification emails",
        Channel = CommunicationChannel.Mail,
        Audience = "users",
        DueAt = Now,
    };

    [Fact]
    public void A_rollback_a_pause_and_a_red_gate_hold_messages_whenever_they_are_due()
    {
        Fine.Holds(Release, 0, isDue: false, mentionsNotes: true).ShouldBeNull();
        (Fine with { State = ReleaseState.RolledBack }).Holds(Release, -7, isDue: false, mentionsNotes: false).ShouldBe("Release 1.2.0 is rolled back.");
        (Fine with { Paused = ["views in production"] }).Holds(Release, 0, isDue: false, mentionsNotes: false).ShouldBe("The rollout of views in production is paused.");
        (Fine with { StuckGates = ["Production Gates"] }).Holds(Release, 0, isDue: false, mentionsNotes: false)!.ShouldContain("Production Gates");
    }

    [Fact]
    public void The_news_of_a_release_wait_for_the_release_and_for_the_notes_that_they_link_to()
    {
        var prepared = Fine with { State = ReleaseState.InPreparation };
        prepared.Holds(Release, 0, isDue: true, mentionsNotes: false).ShouldBe("Release 1.2.0 has not started to roll out.");
        prepared.Holds(Release, -7, isDue: true, mentionsNotes: false).ShouldBeNull("what is said before the release does not wait for it");
        var unpublished = Fine with { NotesPublished = false };
        unpublished.Holds(Release, 0, isDue: true, mentionsNotes: true).ShouldBe("The release notes of 1.2.0 are not published.");
        unpublished.Holds(Release, 0, isDue: true, mentionsNotes: false).ShouldBeNull();
    }

    [Fact]
    public void A_hold_ends_with_its_cause_and_each_change_is_told_once()
    {
        var held = Message.Assess(null, "Release 1.2.0 is rolled back.");
        held.Events.ShouldHaveSingleItem().ShouldBeOfType<MessageHeld>();
        held.State.Assess(null, "Release 1.2.0 is rolled back.").Events.ShouldBeEmpty();
        held.State.Assess(null, "The rollout is paused.").State.Cause.ShouldBe("The rollout is paused.");
        held.State.Assess(null, null).State.IsReady(Now).ShouldBeTrue();
    }

    [Fact]
    public void Without_a_way_out_a_message_waits_visibly()
    {
        var waiting = Message.Assess("No mail server is set up.", null).State;
        waiting.State.ShouldBe(MessageState.NoChannel);
        waiting.IsReady(Now).ShouldBeFalse();
        waiting.Assess(null, null).State.State.ShouldBe(MessageState.Waiting);
    }

    [Fact]
    public void What_a_person_holds_only_a_person_lets_go()
    {
        var held = Message.HoldBy(Product, "wait for legal").Value.State;
        held.Assess(null, null).State.State.ShouldBe(MessageState.Held);
        held.Cause.ShouldBe("Held by Product Manager: wait for legal");
        held.Free().Value.State.State.ShouldBe(MessageState.Waiting);
        Message.Assess(null, "paused").State.Free().Refusal!.Detail.ShouldContain("“send now”");
    }

    [Fact]
    public void Sending_by_hand_overrides_time_and_holds_but_not_a_missing_channel()
    {
        var forced = (Message with { DueAt = Now.AddDays(7) }).Assess(null, "paused").State.SendNow(Now).Value.State;
        forced.Assess(null, "paused").State.IsReady(Now).ShouldBeTrue();
        forced.Assess("No mail server is set up.", "paused").State.State.ShouldBe(MessageState.NoChannel);
    }

    [Fact]
    public void The_message_id_is_the_same_in_every_try()
    {
        var first = Message.Begin("s", "b", ["a@example.org"], "example.org");
        var again = first.Interrupt().State.Begin("other", "text", ["b@example.org"], "example.com");
        again.MailId.ShouldBe(first.MailId);
        (again.SentSubject, again.SentBody).ShouldBe(("s", "b"), "what may have gone out is not changed any more");
        again.Recipients.ShouldBe(["a@example.org"]);
    }

    [Fact]
    public void A_failed_message_is_tried_again_later_and_later_and_at_last_waits_for_a_person()
    {
        var message = Message;
        var pause = TimeSpan.Zero;
        for (var attempt = 1; attempt <= OutboxMessage.MostAttempts; attempt++)
        {
            message = message.Begin("s", "b", ["a@example.org"], "example.org").Fail("refused", Now).State;
            message.Attempts.ShouldBe(attempt);
            if (attempt == OutboxMessage.MostAttempts) break;
            (message.NextAttemptAt!.Value - Now).ShouldBeGreaterThanOrEqualTo(pause);
            pause = message.NextAttemptAt.Value - Now;
            message.IsReady(Now).ShouldBeFalse();
            message.IsReady(message.NextAttemptAt.Value).ShouldBeTrue();
        }

        message.NextAttemptAt.ShouldBeNull();
        message.IsReady(Now.AddYears(1)).ShouldBeFalse();
        message.Retry(Now).Value.State.IsReady(Now).ShouldBeTrue();
    }

    [Fact]
    public void A_failed_message_that_nobody_has_is_held_by_a_rollback()
    {
        var failed = Message.Begin("s", "b", ["a@example.org"], "example.org").Fail("refused", Now).State;
        failed.Assess(null, null).Events.ShouldBeEmpty();
        failed.Assess(null, "Release 1.2.0 is rolled back.").State.State.ShouldBe(MessageState.Held);
        failed.Pass(1, null).Assess(null, "Release 1.2.0 is rolled back.").State.State.ShouldBe(MessageState.Failed, "half of its readers have it");
    }

    [Fact]
    public void A_message_that_is_out_stays_as_it_was()
    {
        var sent = Message.Begin("s", "b", ["a@example.org"], "example.org").Pass(1, null).Finish(Now).State;
        sent.Edit("x", "y").Refusal!.Code.ShouldBe("message_gone");
        sent.SendNow(Now).Refusal!.Code.ShouldBe("message_gone");
        sent.HoldBy(Product, null).Refusal!.Code.ShouldBe("message_gone");
        sent.Cancel("cancelled").ShouldBe(sent);
        sent.Assess("No mail server is set up.", "rolled back").Events.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "b", "subject")]
    [InlineData("a\r\nBcc: x@example.org", "b", "subject")]
    [InlineData("s", " ", "body")]
    public void A_text_that_is_no_message_is_refused(string subject, string body, string place) =>
        Message.Edit(subject, body).Refusal!.Items.ShouldHaveSingleItem().Place.ShouldBe(place);

    [Fact]
    public void Placeholders_are_filled_and_those_of_people_are_left()
    {
        var text = new MessageText("{product} {version} {nonsense}", "{title} {date} {type} {notes} {support} {feedback}")
            .Fill(new MessageValues("Athena", "1.2.0", "Views", new DateOnly(2025, 8, 15), "Minor", "https://x/notes/1.2.0", "s@x", "f@x"), MarkdownText.Escape);
        text.ShouldBe(new MessageText("Athena 1.2.0 {nonsense}", "Views August 15, 2025 Minor https://x/notes/1.2.0 s@x f@x"));
    }

    [Fact]
    public void What_people_wrote_into_a_release_commands_nothing_in_its_messages()
    {
        const string Title = "[Views](https://evil.example) *now* <script>alert(1)</script>\n# Big";
        var text = new MessageText("{title}", "**{title}**").Fill(new MessageValues("Athena", "1.2.0", Title, new DateOnly(2025, 8, 15), "Minor", "", "", ""), MarkdownText.Escape);
        text.Subject.ShouldBe(Title);
        var html = SafeMarkdown.Render(text.Body).Value;
        html.ShouldNotContain(">Views<");
        html.ShouldNotContain("<em>");
        html.ShouldNotContain("<h1");
        html.ShouldNotContain("<script");
        html.ShouldContain("[Views](");
        html.ShouldContain(" *now* &lt;script&gt;alert(1)&lt;/script&gt; # Big");
    }

    [Theory]
    [InlineData("a@example.org", true)]
    [InlineData("Ann <a@example.org>", false)]
    [InlineData("a@example.org\r\nBcc: b@example.org", false)]
    [InlineData("a@", false)]
    [InlineData("a", false)]
    [InlineData("", false)]
    [InlineData("a@b, c@d", false)]
    public void Only_a_bare_address_is_a_recipient(string text, bool isAddress) => RecipientList.IsAddress(text).ShouldBe(isAddress);

    [Fact]
    public void Every_wrong_address_of_a_list_is_named()
    {
        var refusal = RecipientList.Untouched("users").Set(["a@example.org", "b", "A@example.org", "c d"], []).Refusal!;
        refusal.Items.Select(item => item.Found).ShouldBe(["b", "c d"]);
    }
}
