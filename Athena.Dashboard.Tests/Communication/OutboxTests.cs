using Athena.Dashboard.Communication;
using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Notes.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Tests.Infrastructure;
using static Athena.Dashboard.Tests.Notes.NoteSamples;

namespace Athena.Dashboard.Tests.Communication;

/// <summary>Mail from the timeline to a real SMTP server.</summary>
public sealed class OutboxTests
{
    // Two hours before ten in Vienna on the day of release.
    private static readonly DateTimeOffset Morning = new(2025, 8, 15, 6, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Day = new(2025, 8, 15);

    [Theory, OnBothDatabases]
    public async Task A_message_of_the_day_of_release_goes_out_at_ten_and_its_item_is_ticked(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        using var smtp = await SmtpSink.StartAsync();
        var (clock, neighbours) = (new FakeClock(Morning), WithSupport());
        await using var desk = await NewsDesk.StartAsync(database, neighbours, clock, smtp);
        await desk.PlanAsync(neighbours.Plan(Release, Day));
        await PublishNotesAsync(desk);

        await Wait.UntilAsync(async () => (await desk.MessageAsync("support-alerts")).State == MessageState.Waiting);
        clock.Advance(TimeSpan.FromMinutes(119));
        smtp.Mails.ShouldBeEmpty();
        await AdvanceUntilAsync(clock, TimeSpan.FromSeconds(30), async () => (await desk.MessageAsync("support-alerts")).State == MessageState.Sent);

        var mail = smtp.Mails.Single(mail => mail.To.Contains("support@example.org"));
        mail.Header("Subject").ShouldBe("Athena v1.2.0 is rolling out");
        mail.Header("From").ShouldBe("releases@example.org");
        mail.Text.ShouldContain("**Athena v1.2.0 – Enhanced Database Views** has started");
        mail.Text.ShouldContain("<strong>Athena v1.2.0 – Enhanced Database Views</strong> has started");
        mail.Text.ShouldContain("https://releases.example.org/notes/1.2.0");
        var sent = await desk.MessageAsync("support-alerts");
        mail.Header("Message-ID").ShouldBe(sent.MailId);
        (await desk.EntryAsync("support-alerts")).State.ShouldBe(ItemState.Done);
        sent.SentAt!.Value.ShouldBeGreaterThanOrEqualTo(Morning.AddHours(2));
    }

    [Theory, OnBothDatabases]
    public async Task A_kill_between_the_server_s_yes_and_our_note_of_it_costs_one_copy_under_the_same_message_id(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        using var smtp = await SmtpSink.StartAsync();
        var (clock, neighbours) = (new FakeClock(Morning.AddHours(4)), WithSupport());
        smtp.Hangs = true;
        await using var killed = await NewsDesk.StartAsync(database, neighbours, clock, smtp);
        await killed.PlanAsync(neighbours.Plan(Release, Day));
        await PublishNotesAsync(killed);
        await Wait.UntilAsync(() => smtp.Mails.Count == 1);
        (await killed.MessageAsync("support-alerts")).State.ShouldBe(MessageState.Sending);

        // The old process never hears the server's answer: a new one starts while it still hangs. On PostgreSQL the
        // lease goes over with the old one's connection, so there the stop is a real one.
        if (kind == DatabaseKind.Postgres) await Outbox(killed).RecoverAsync(CancellationToken.None);
        await using var restarted = kind == DatabaseKind.Sqlite ? await NewsDesk.StartAsync(database, neighbours, clock, smtp) : null;
        await Wait.UntilAsync(async () => (await killed.MessageAsync("support-alerts")).State != MessageState.Sending || smtp.Mails.Count > 1);
        smtp.Hangs = false;
        await Wait.UntilAsync(async () => (await (restarted ?? killed).MessageAsync("support-alerts")).State == MessageState.Sent);

        smtp.Mails.Count.ShouldBe(2);
        smtp.Mails.Select(mail => mail.Header("Message-ID")).Distinct().ShouldHaveSingleItem().ShouldNotBeNull();
    }

    [Theory, OnBothDatabases]
    public async Task What_waits_is_sent_by_the_next_start_when_it_fell_due_in_between(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        using var smtp = await SmtpSink.StartAsync();
        var neighbours = WithSupport();
        await using (var before = await NewsDesk.StartAsync(database, neighbours, new FakeClock(Morning), smtp))
        {
            await before.PlanAsync(neighbours.Plan(Release, Day));
            await PublishNotesAsync(before);
        }

        smtp.Mails.ShouldBeEmpty();
        await using var after = await NewsDesk.StartAsync(database, neighbours, new FakeClock(Morning.AddHours(3)), smtp);
        await Wait.UntilAsync(async () => (await after.MessageAsync("support-alerts")).State == MessageState.Sent);
        smtp.Mails.Count(mail => mail.To.Contains("support@example.org")).ShouldBe(1);
    }

    [Theory, OnBothDatabases]
    public async Task A_paused_rollout_holds_messages_by_itself_and_lets_them_go_when_it_runs_again(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        using var smtp = await SmtpSink.StartAsync();
        var (clock, neighbours) = (new FakeClock(Morning.AddHours(3)), WithSupport());
        neighbours.Rollout = RolloutState.Paused;
        await using var desk = await NewsDesk.StartAsync(database, neighbours, clock, smtp);
        await desk.PlanAsync(neighbours.Plan(Release, Day));
        await PublishNotesAsync(desk);
        await Wait.UntilAsync(async () => (await desk.MessageAsync("support-alerts")).State == MessageState.Held);
        (await desk.MessageAsync("support-alerts")).Cause.ShouldBe("The rollout of database-views-v2 in production is paused.");

        neighbours.Rollout = RolloutState.Running;
        await AdvanceUntilAsync(clock, TimeSpan.FromSeconds(30), () => Task.FromResult(smtp.Mails.Count == 1));
    }

    [Fact]
    public async Task A_red_gate_holds_messages_and_a_person_may_send_one_all_the_same()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        using var smtp = await SmtpSink.StartAsync();
        var (clock, neighbours) = (new FakeClock(Morning.AddHours(3)), WithSupport());
        neighbours.StuckGates = 1;
        await using var desk = await NewsDesk.StartAsync(database, neighbours, clock, smtp);
        await desk.PlanAsync(neighbours.Plan(Release, Day));
        await Wait.UntilAsync(async () => (await desk.MessageAsync("support-alerts")).State == MessageState.Held);
        var held = await desk.MessageAsync("support-alerts");
        held.Cause!.ShouldContain("Production Gates");

        (await desk.Get<MessageService>().SendNowAsync(held.Id, held.Version, Support, CancellationToken.None)).Refusal.ShouldBeNull();
        await Wait.UntilAsync(() => smtp.Mails.Count == 1);
    }

    [Fact]
    public async Task Without_a_mail_server_messages_wait_visibly_and_go_out_once_there_is_one()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        using var smtp = await SmtpSink.StartAsync();
        var (clock, neighbours) = (new FakeClock(Morning.AddHours(3)), WithSupport());
        await using (var desk = await NewsDesk.StartAsync(database, neighbours, clock, smtp: null))
        {
            await desk.PlanAsync(neighbours.Plan(Release, Day));
            await PublishNotesAsync(desk);
            await Wait.UntilAsync(async () => (await desk.MessageAsync("support-alerts")).State == MessageState.NoChannel);
            (await desk.MessageAsync("support-alerts")).Cause.ShouldBe("No mail server is set up.");
        }

        await using var again = await NewsDesk.StartAsync(database, neighbours, clock, smtp);
        await Wait.UntilAsync(() => smtp.Mails.Count == 1);
    }

    [Fact]
    public async Task An_empty_list_is_no_channel_and_filling_it_sends()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        using var smtp = await SmtpSink.StartAsync();
        var (clock, neighbours) = (new FakeClock(Morning.AddHours(3)), new Neighbours());
        await using var desk = await NewsDesk.StartAsync(database, neighbours, clock, smtp);
        await desk.PlanAsync(neighbours.Plan(Release, Day));
        await PublishNotesAsync(desk);
        await Wait.UntilAsync(async () => (await desk.MessageAsync("user-emails")).State == MessageState.NoChannel);
        (await desk.MessageAsync("user-emails")).Cause.ShouldBe("The list Users has nobody on it.");

        await desk.SetListAsync("users", "one@example.org", "two@example.org");
        await Wait.UntilAsync(() => smtp.Mails.Count == 1);
        smtp.Mails[0].To.ShouldBe(["one@example.org", "two@example.org"]);
        smtp.Mails[0].Data.ShouldNotContain("one@example.org", customMessage: "nobody learns who else is on the list");
    }

    [Fact]
    public async Task A_long_list_goes_out_in_parts_and_one_refused_address_stops_nobody_else()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        using var smtp = await SmtpSink.StartAsync();
        var (clock, neighbours) = (new FakeClock(Morning.AddHours(3)), new Neighbours());
        await using var desk = await NewsDesk.StartAsync(database, neighbours, clock, smtp, mostRecipients: 2);
        await desk.SetListAsync("users", "a@example.org", "nobody@example.org", "c@example.org", "d@example.org", "e@example.org");
        await desk.PlanAsync(neighbours.Plan(Release, Day));
        await PublishNotesAsync(desk);
        await Wait.UntilAsync(async () => (await desk.MessageAsync("user-emails")).State == MessageState.Sent);

        smtp.Mails.SelectMany(mail => mail.To).Order().ShouldBe(["a@example.org", "c@example.org", "d@example.org", "e@example.org"]);
        smtp.Mails.Select(mail => mail.Header("Message-ID")).Distinct().ShouldHaveSingleItem();
        (await desk.MessageAsync("user-emails")).LastError.ShouldBe("Refused: nobody@example.org");
    }

    [Fact]
    public async Task A_server_that_refuses_for_now_is_asked_again_later()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        using var smtp = await SmtpSink.StartAsync();
        smtp.Refuses = true;
        var (clock, neighbours) = (new FakeClock(Morning.AddHours(3)), WithSupport());
        await using var desk = await NewsDesk.StartAsync(database, neighbours, clock, smtp);
        await desk.PlanAsync(neighbours.Plan(Release, Day));
        await PublishNotesAsync(desk);
        await Wait.UntilAsync(async () => (await desk.MessageAsync("support-alerts")).State == MessageState.Failed);
        var failed = await desk.MessageAsync("support-alerts");
        failed.LastError!.ShouldContain("Not now");
        failed.NextAttemptAt.ShouldNotBeNull();

        smtp.Refuses = false;
        await AdvanceUntilAsync(clock, TimeSpan.FromSeconds(5), () => Task.FromResult(smtp.Mails.Count == 1));
        await Wait.UntilAsync(async () => (await desk.MessageAsync("support-alerts")).State == MessageState.Sent);
    }

    [Theory, OnBothDatabases]
    public async Task A_rollback_holds_what_is_unsent_and_drafts_a_correction_in_the_same_thread(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        using var smtp = await SmtpSink.StartAsync();
        var (clock, neighbours) = (new FakeClock(Morning.AddHours(3)), WithSupport());
        await using var desk = await NewsDesk.StartAsync(database, neighbours, clock, smtp);
        await desk.PlanAsync(neighbours.Plan(Release, Day));
        await PublishNotesAsync(desk);
        await Wait.UntilAsync(async () => (await desk.EntryAsync("support-alerts")).State == ItemState.Done);

        neighbours.Plan(Release, Day, ReleaseState.RolledBack);
        await desk.HappenAsync(new ReleaseStateChanged(Release, ReleaseState.RollingOut, ReleaseState.RolledBack, "errors"));
        await Wait.UntilAsync(async () => (await desk.MessagesAsync()).Any(message => message.Key == "correction-support-alerts"));
        var (correction, original) = (await desk.MessageAsync("correction-support-alerts"), await desk.MessageAsync("support-alerts"));
        correction.Hold.ShouldBe(MessageHold.Draft);
        (await desk.EntryAsync("post-mortem")).State.ShouldBe(ItemState.Open);
        await Wait.UntilAsync(async () => (await desk.MessageAsync("user-emails")).Cause == "Release 1.2.0 is rolled back.");

        (await desk.Get<MessageService>().SendNowAsync(correction.Id, correction.Version, Product, CancellationToken.None)).Refusal.ShouldBeNull();
        await Wait.UntilAsync(() => smtp.Mails.Count == 2);
        var mail = smtp.Mails[1];
        mail.Header("Subject").ShouldBe("Correction: Athena v1.2.0 was rolled back");
        mail.Header("In-Reply-To").ShouldBe(original.MailId);
    }

    [Fact]
    public async Task Whoever_is_asked_to_settle_a_gate_item_gets_one_mail()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        using var smtp = await SmtpSink.StartAsync();
        var neighbours = WithSupport();
        await using var desk = await NewsDesk.StartAsync(database, neighbours, new FakeClock(Morning), smtp);
        var asked = neighbours.People.Values.Single();
        var item = new GateItemName(Guid.CreateVersion7(Morning), "production", "support-briefed", "Support team briefed");
        await desk.HappenAsync(
            new GateItemAssigned(ReleaseSubject.Of(Release), item, asked.Id, asked.Name, null, Morning.AddDays(2)),
            new GateItemAssigned(ReleaseSubject.Of(Release), item, Manager.Id, Manager.Name, asked.Id, Morning.AddDays(2)),
            new GateItemAssigned(ReleaseSubject.Of(Release), item, null, null, Manager.Id, Morning.AddDays(2)));
        await Wait.UntilAsync(() => smtp.Mails.Count == 1);
        smtp.Mails[0].To.ShouldBe(["support@example.org"]);
        smtp.Mails[0].Header("Subject").ShouldBe("Support team briefed (release 1.2.0)");
        smtp.Mails[0].Text.ShouldContain("https://releases.example.org/releases/1.2.0?tab=gates");
        (await desk.MessagesAsync()).ShouldHaveSingleItem("who assigns an item to himself needs no mail");
    }

    [Fact]
    public async Task The_owner_of_a_flag_that_is_due_for_removal_gets_one_mail_for_each_reminder()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        using var smtp = await SmtpSink.StartAsync();
        await using var desk = await NewsDesk.StartAsync(database, WithSupport(), new FakeClock(Morning), smtp);
        await desk.HappenAsync(new FlagRemovalReminded("database-views-v2", "Views *[x](y)*", "1.2.0", Morning, "Ada", ["ada@example.org", "grace@example.org"], 2));
        await Wait.UntilAsync(async () => (await desk.MessagesAsync()) is [{ State: MessageState.Sent }], TimeSpan.FromMinutes(2));
        var mail = smtp.Mails.ShouldHaveSingleItem();
        mail.To.ShouldBe(["ada@example.org", "grace@example.org"], ignoreOrder: true);
        mail.Header("Subject").ShouldBe("The flag database-views-v2 is due for removal");
        mail.Text.ShouldContain("https://releases.example.org/flags/database-views-v2?tab=removal");
        mail.Text.ShouldContain("over since August 15, 2025");
        mail.Text.ShouldContain("*[x](y)*</strong>");
    }

    private static Outbox Outbox(NewsDesk desk) => desk.Get<Outbox>();

    private static Neighbours WithSupport()
    {
        var neighbours = new Neighbours();
        var person = new Person(Support.Id, "Support", "support@example.org", [Role.Support], "UTC");
        neighbours.People[person.Id] = person;
        return neighbours;
    }

    private static async Task PublishNotesAsync(NewsDesk desk)
    {
        var notes = desk.Get<Dashboard.Notes.NoteService>();
        var draft = (await notes.StartAsync(Release, Product, CancellationToken.None)).Value;
        draft = (await notes.ApproveAsync(Release, draft.Version, null, Product, CancellationToken.None)).Value;
        draft = (await notes.ApproveAsync(Release, draft.Version, null, Support, CancellationToken.None)).Value;
        (await notes.PublishAsync(Release, draft.Version, Manager, CancellationToken.None)).Refusal.ShouldBeNull();
        (await desk.Get<INotesLookup>().FindAsync(Release, CancellationToken.None))!.IsPublishedCurrent.ShouldBeTrue();
    }

    // A worker looks again only when its timer fires: time has to go on while the test waits.
    private static Task AdvanceUntilAsync(FakeClock clock, TimeSpan step, Func<Task<bool>> condition) =>
        Wait.UntilAsync(async () =>
        {
            if (await condition()) return true;
            clock.Advance(step);
            return false;
        });
}
