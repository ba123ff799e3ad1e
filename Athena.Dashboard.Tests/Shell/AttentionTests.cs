using Athena.Dashboard.Communication;
using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Shell.Screens;

namespace Athena.Dashboard.Tests.Shell;

public sealed class AttentionTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly ReleaseSummary Release = new("1.2.0", "Views", "minor", ReleaseState.InQa, new DateOnly(2026, 3, 9), "UTC", Guid.Empty, "Owner", 1, Now);

    [Fact]
    public void What_was_rolled_back_comes_before_what_is_stuck_and_overdue()
    {
        var gates = new GateProgress(ReleaseSubject.Of("1.2.0"), "development", "Development Gates", Total: 6, Done: 1, Stuck: 2, Overdue: 1, Now);
        var listed = Attention.Of([new ReleaseListItem(Release, [gates], []), new ReleaseListItem(Release with { Version = "1.1.0", State = ReleaseState.RolledBack }, [], [])], [], [], [], Now);
        listed.Select(item => (item.Kind, item.Href)).ShouldBe(
        [
            (StateKind.Harm, "releases/1.1.0"), (StateKind.Hold, "releases/1.2.0?tab=gates"), (StateKind.Hold, "releases/1.2.0?tab=gates"),
        ]);
        listed[1].Text.ShouldBe("Development Gates: 2 items are blocked or failed.");
        listed[2].Text.ShouldBe("Development Gates: 1 item is overdue.");
    }

    [Fact]
    public void A_release_that_is_over_waits_for_nobody()
    {
        var gates = new GateProgress(ReleaseSubject.Of("1.2.0"), "development", "Development Gates", 6, 1, 2, 1, Now);
        Attention.Of([new ReleaseListItem(Release with { State = ReleaseState.Cancelled }, [gates], [])], [], [], [], Now).ShouldBeEmpty();
    }

    [Fact]
    public void A_message_that_its_release_holds_waits_for_nobody_and_one_without_a_channel_does()
    {
        var rows = new[]
        {
            Row(-1, null),
            Row(1, null),
            Row(-1, Message(MessageState.NoChannel)),
            Row(1, Message(MessageState.NoChannel)),
            Row(-1, Message(MessageState.Held) with { Hold = MessageHold.ByItself }),
            Row(-1, Message(MessageState.Held) with { Hold = MessageHold.Missed }),
            Row(-1, Message(MessageState.Waiting)),
        };
        var plan = new CommunicationPlan { Release = "1.2.0", TargetDate = Release.TargetDate, Zone = "UTC", ProcessVersion = 1 };
        Attention.Of([], [], [new TimelineOverview(Release, plan, [.. rows])], [], Now).Select(item => item.Text).ShouldBe(
        [
            "1 task of communication is overdue.", "2 messages due cannot go out without somebody.",
        ]);
    }

    private static TimelineRow Row(int days, OutboxMessage? message) => new(
        new TimelineEntry
        {
            Id = Guid.NewGuid(),
            Release = "1.2.0",
            Moment = "day",
            Key = "key",
            Title = "Title",
            Kind = message is null ? CommunicationKind.Task : CommunicationKind.Message,
            Owner = Role.ProductManager,
            Audience = "",
            Channel = CommunicationChannel.Mail,
            Day = days,
            Time = new TimeOnly(10, 0),
            DueAt = Now.AddDays(days),
            Position = 1,
        },
        message);

    private static OutboxMessage Message(MessageState state) => new()
    {
        Id = Guid.NewGuid(), Release = "1.2.0", Key = "key", Title = "Title", Channel = CommunicationChannel.Mail, Audience = "", DueAt = Now, State = state,
    };
}
