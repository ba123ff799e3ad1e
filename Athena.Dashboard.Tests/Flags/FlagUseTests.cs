using System.Collections.Immutable;
using Athena.Dashboard.Flags;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.Extensions.Options;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags;

/// <summary>When flags were last asked for, and who is reminded that they are to go.</summary>
public sealed class FlagUseTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Period = TimeSpan.FromDays(14);
    private static readonly FlagRelease Over = new("1.2.0", FlagReleaseState.Completed, Now);
    private static readonly Flag Owned = Views with { ReleaseId = "1.2.0", Owner = "Ada" };

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task When_a_flag_was_last_evaluated_is_stored_in_batches_and_outlives_a_restart(DatabaseKind kind)
    {
        using var world = await FlagWorld.CreateAsync(kind);
        await world.GivenFlagAsync();
        await world.GivenFlagAsync("other");
        await world.GivenFlagAsync("gone");
        using var uses = world.Evaluations();
        await uses.StoreAsync(all: false, None);
        world.Clock.Advance(TimeSpan.FromDays(1));
        Count(Key);
        Count("gone");
        var first = world.Clock.GetUtcNow();
        (await world.Service.DeleteAsync("gone", 1, "", world.Manager, None)).Accepted();
        await uses.StoreAsync(all: false, None);
        using var restarted = world.Evaluations();
        (await LastAsync(restarted, Key)).ShouldBe(first);
        (await LastAsync(restarted, "other")).ShouldBeNull();

        // A moment later nothing is written, but it is known here.
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        Count(Key);
        await uses.StoreAsync(all: false, None);
        (await LastAsync(restarted, Key)).ShouldBe(first);
        (await LastAsync(uses, Key)).ShouldBe(world.Clock.GetUtcNow());
        // Nothing was asked since: looking again makes it no younger.
        world.Clock.Advance(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(1));
        await uses.StopAsync(None);
        (await LastAsync(restarted, Key)).ShouldBe(first.AddMinutes(1));

        var (use, view) = (await restarted.FindAsync(None), (await world.Queries.FindViewAsync(Key, None))!);
        use.WatchedSince.ShouldBe(Now);
        use.IsUnused(view, TimeSpan.FromDays(30), world.Clock.GetUtcNow()).ShouldBeFalse();
        use.IsUnused(view, TimeSpan.FromDays(30), first.AddMinutes(1).AddDays(30)).ShouldBeTrue();

        void Count(string key) => world.Snapshots.Find("production")!.Counters.Of(key, Variant.On).Add();

        async Task<DateTimeOffset?> LastAsync(FlagEvaluations of, string key) => (await of.FindAsync(None)).Anywhere((await world.Queries.FindViewAsync(key, None))!);
    }

    [Fact]
    public void Before_evaluations_were_noticed_nobody_knows_and_a_new_flag_has_its_time()
    {
        var month = TimeSpan.FromDays(30);
        var old = Views with { CreatedAt = Now.AddYears(-1) };
        FlagLifecycle.IsUnused(old, null, watchedSince: Now.AddDays(-29), month, Now).ShouldBeFalse();
        FlagLifecycle.IsUnused(old, null, watchedSince: Now.AddDays(-30), month, Now).ShouldBeTrue();
        FlagLifecycle.IsUnused(Views with { CreatedAt = Now.AddDays(-2) }, null, Now.AddYears(-1), month, Now).ShouldBeFalse();
        FlagLifecycle.IsUnused(old, Now.AddDays(-31), Now.AddYears(-1), month, Now).ShouldBeTrue();
    }

    [Fact]
    public void A_reminder_is_due_when_the_release_is_over_and_again_each_period_until_it_is_put_off()
    {
        var reminder = new FlagReminder { FlagKey = Key };
        reminder.Remind(Owned, Over with { State = FlagReleaseState.RollingOut }, ["a@example.org"], Period, Now).Events.ShouldBeEmpty();
        reminder.Remind(Owned, Over, [], Period, Now).Events.ShouldBeEmpty("nobody is there to be told");
        reminder.Remind(Owned with { Permanent = true }, Over, ["a@example.org"], Period, Now).Events.ShouldBeEmpty();
        var first = reminder.Remind(Owned, Over, ["a@example.org"], Period, Now);
        first.Events.ShouldHaveSingleItem().ShouldBeOfType<FlagRemovalReminded>().Number.ShouldBe(1);
        first.State.Remind(Owned, Over, ["a@example.org"], Period, Now.AddDays(13)).Events.ShouldBeEmpty();
        first.State.Remind(Owned, Over, ["a@example.org"], Period, Now.AddDays(14)).State.Count.ShouldBe(2);
        var snoozed = first.State.Snooze(30, "after the holidays", Now.AddDays(1)).Accepted().State;
        snoozed.Remind(Owned, Over, ["a@example.org"], Period, Now.AddDays(30)).Events.ShouldBeEmpty();
        snoozed.Remind(Owned, Over, ["a@example.org"], Period, Now.AddDays(31)).Events.ShouldHaveSingleItem();
        // The release came back and is over again: a new beginning.
        first.State.NextAt(Over with { Since = Now.AddDays(2) }, Period).ShouldBe(Now.AddDays(2));
        reminder.Snooze(0, new string('x', 501), Now).Refusal!.Items.Select(item => item.Place).ShouldBe(["days", "reason"]);
    }

    [Fact]
    public void An_owner_is_a_person_or_a_role_or_an_address()
    {
        ImmutableArray<Person> people = [Person("Ada", Role.ProductManager), Person("Grace", Role.QaLead), Person("Barbara", Role.QaLead)];
        FlagReminders.AddressesOf("ada", people).ShouldBe(["ada@example.org"]);
        FlagReminders.AddressesOf("grace@example.org", people).ShouldBe(["grace@example.org"]);
        FlagReminders.AddressesOf("QA Lead", people).ShouldBe(["grace@example.org", "barbara@example.org"]);
        FlagReminders.AddressesOf("views@example.com", people).ShouldBe(["views@example.com"]);
        foreach (var nobody in (string?[])[null, "the views team", "@", "a@b@c", "x@example.com, y@example.com"]) FlagReminders.AddressesOf(nobody, people).ShouldBeEmpty(nobody);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task Two_nodes_and_a_restart_remind_once_for_each_moment(DatabaseKind kind)
    {
        using var world = await FlagWorld.CreateAsync(kind);
        await world.GivenFlagAsync();
        await world.GivenFlagAsync("without-owner");
        (await world.Service.DescribeAsync(Key, 1, new FlagDescription(Key, "Views", FlagKind.Release, ReleaseId: "1.2.0", Owner: "Ada"), "", world.Manager, None)).Accepted();
        // SQLite has one node.
        using var neighbour = kind == DatabaseKind.Postgres ? world.Neighbour() : null;
        FlagReminders[] nodes = [Reminders(world), Reminders(neighbour ?? world)];
        (await Task.WhenAll(nodes.Select(node => node.RunAsync(None)))).Sum().ShouldBe(1);
        (await Reminders(world).RunAsync(None)).ShouldBe(0);
        world.Clock.Advance(Period);
        neighbour?.Clock.Advance(Period);
        (await Task.WhenAll(nodes.Select(node => node.RunAsync(None)))).Sum().ShouldBe(1);
        (await nodes[0].SnoozeAsync(Key, 60, "later", FlagSamples.Person(Role.Viewer), None)).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        (await nodes[0].SnoozeAsync(Key, 60, "later", world.Manager, None)).Accepted().SnoozedUntil.ShouldBe(Now + Period + TimeSpan.FromDays(60));
        world.Clock.Advance(Period);
        (await nodes[0].RunAsync(None)).ShouldBe(0);
        (await world.Queries.HistoryAsync(Key, null, None)).Select(entry => (entry.What, entry.Reason)).Take(3)
            .ShouldBe([("FlagReminderSnoozed", "later"), ("FlagRemovalReminded", "mail to Ada"), ("FlagRemovalReminded", "mail to Ada")]);
        var shown = (await nodes[0].FindAsync(Key, None))!;
        (shown.Reminder.Count, shown.NextAt, shown.Addresses.Single()).ShouldBe((2, shown.Reminder.SnoozedUntil, "ada@example.org"));
    }

    internal static FlagReminders Reminders(FlagWorld world) =>
        new(world.Store, new FlagCleanupTests.Known(Over), new Everybody(Person("Ada", Role.ProductManager)), Options.Create(new FlagOptions()), world.Clock);

    private static Person Person(string name, Role role) => new(Guid.CreateVersion7(Now), name, $"{name.ToLowerInvariant()}@example.org", [role], null);

    internal sealed class Everybody(params ImmutableArray<Person> people) : IPeople
    {
        public ValueTask<Person?> FindAsync(Guid id, CancellationToken cancellationToken = default) => new(people.FirstOrDefault(person => person.Id == id));

        public ValueTask<ImmutableArray<Person>> ListAsync(CancellationToken cancellationToken = default) => new(people);

        public ValueTask<ImmutableArray<Person>> InRoleAsync(Role role, CancellationToken cancellationToken = default) => new([.. people.Where(person => person.Is(role))]);
    }
}
