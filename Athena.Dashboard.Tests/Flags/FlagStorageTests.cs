using Athena.Dashboard.Flags;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags;

public sealed class FlagStorageTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Guid Rollout = Guid.CreateVersion7(Now);

    [Theory, OnBothDatabases]
    public async Task A_new_flag_is_off_everywhere_and_can_be_evaluated_at_once(DatabaseKind kind)
    {
        using var world = await FlagWorld.CreateAsync(kind);
        await world.GivenFlagAsync();
        var view = (await world.Queries.FindViewAsync(Key, None)).ShouldNotBeNull();
        view.Environments.Select(setting => setting.Environment).ShouldBe(["development", "staging", "production"]);
        view.Environments.ShouldAllBe(setting => !setting.Enabled && setting.Version == 1);
        IsOn(world).ShouldBeFalse();
        (await world.Service.CreateAsync(new FlagDescription(Key, "Again", FlagKind.Release), world.Manager, None)).Refusal!.Code.ShouldBe("flag_exists");
        (await world.Queries.ListOfReleaseAsync("1.2.0", None)).ShouldHaveSingleItem().Key.ShouldBe(Key);
        (await world.Queries.ListOfReleaseAsync("9.9.9", None)).ShouldBeEmpty();
    }

    [Theory, OnBothDatabases]
    public async Task What_is_made_or_deleted_while_all_flags_are_read_again_stays_so(DatabaseKind kind)
    {
        using var world = await FlagWorld.CreateAsync(kind);
        for (var i = 0; i < 40; i++)
        {
            var (made, deleted) = ($"made-{i}", $"deleted-{i}");
            var version = (await world.GivenFlagAsync(deleted)).Version;
            // Which of them is quicker is chance; several at once, so that some read before and end after.
            var reading = Enumerable.Range(0, 3).Select(_ => Task.Run(() => world.Snapshots.LoadAsync(None))).ToArray();
            await world.GivenFlagAsync(made);
            (await world.Service.DeleteAsync(deleted, version, "It was wrong.", world.Manager, None)).Accepted();
            await Task.WhenAll(reading);

            var snapshot = world.Snapshots.Find("production")!;
            snapshot.TryFind(made, out _).ShouldBeTrue($"round {i}: it was made");
            snapshot.TryFind(deleted, out _).ShouldBeFalse($"round {i}: it was deleted");
        }
    }

    [Theory, OnBothDatabases]
    public async Task A_setting_comes_back_as_it_was_saved(DatabaseKind kind)
    {
        using var world = await FlagWorld.CreateAsync(kind);
        await world.GivenFlagAsync();
        var settings = new FlagSettings(
            [Is("userRole", "admin", "ünïcode"), Is("workspace", "w1")],
            Percentage.From(0.1m),
            ["team"],
            "workspace",
            Variant.On,
            Now.AddDays(1),
            Now.AddDays(2));
        var saved = (await world.Service.EditAsync(Key, "production", 1, settings, "narrow", new Consent("production", Override: true), world.Manager, None)).Accepted();
        saved.Version.ShouldBe(2);
        var read = (await world.Queries.FindViewAsync(Key, None))!.In("production")!;
        read.IsSameAs(saved).ShouldBeTrue();
        read.Version.ShouldBe(2);
        (await world.Service.EditAsync(Key, "production", 1, settings, "again", new Consent("production", Override: true), world.Manager, None)).Refusal!.Kind.ShouldBe(RefusalKind.Stale);
    }

    [Theory, OnBothDatabases]
    public async Task A_change_leaves_an_event_with_before_and_after_that_can_be_read_again(DatabaseKind kind)
    {
        using var world = await FlagWorld.CreateAsync(kind);
        await world.GivenFlagAsync();
        await world.SwitchAsync(on: true);
        await world.SwitchAsync(on: false);
        var events = await world.EventsAsync();
        events.Select(row => row.Type).ShouldBe(["Flags.FlagCreated", "Flags.FlagSwitchedOn", "Flags.FlagSwitchedOff"]);
        var off = new EventEnvelope(events[2]).Event.ShouldBeOfType<FlagSwitchedOff>();
        (off.FlagKey, off.Environment, off.By).ShouldBe((Key, "production", world.Manager.Name));
        var history = await world.Queries.HistoryAsync(Key, null, None);
        history.Select(entry => entry.What).ShouldBe(["FlagSwitchedOff", "FlagSwitchedOn", "FlagCreated"]);
        history[0].Before!.Value.GetProperty("enabled").GetBoolean().ShouldBeTrue();
        history[0].After!.Value.GetProperty("enabled").GetBoolean().ShouldBeFalse();
        history[0].Reason.ShouldBe("because");
        (await world.Queries.HistoryAsync(Key, history[1].Sequence, None)).ShouldHaveSingleItem().What.ShouldBe("FlagCreated");
    }

    [Theory, OnBothDatabases]
    public async Task An_operation_is_carried_out_once(DatabaseKind kind)
    {
        using var world = await FlagWorld.CreateAsync(kind);
        await world.GivenFlagAsync();
        var (claim, set) = (Guid.CreateVersion7(Now), Guid.CreateVersion7(Now));
        (await world.Exposure.ClaimAsync(claim, Key, "production", Rollout, world.Manager, None)).Accepted().Version.ShouldBe(2);
        (await world.Exposure.ClaimAsync(claim, Key, "production", Rollout, world.Manager, None)).Accepted().Version.ShouldBe(2);
        await SetAsync(set, 10);
        await SetAsync(Guid.CreateVersion7(Now), 25);
        // A caller that was killed repeats an old intent: it must not take the percentage back.
        (await SetAsync(set, 10)).Percentage.ShouldBe(Percentage.From(25));
        (await world.Exposure.SetAsync(set, Key, "production", Rollout, Percentage.From(50), [], "beta", world.Manager, None)).Refusal!.Code.ShouldBe("operation_reused");
        var exposed = (await world.Queries.FindAsync(Key, None))!.In("production")!;
        (exposed.Percentage, exposed.RolloutId, exposed.Enabled).ShouldBe((Percentage.From(25), Rollout, true));
        new EventEnvelope((await world.EventsAsync())[^1]).Event.ShouldBeOfType<FlagExposureChanged>().Percentage.ShouldBe(Percentage.From(25));

        async Task<FlagExposure> SetAsync(Guid operation, int percent) =>
            (await world.Exposure.SetAsync(operation, Key, "production", Rollout, Percentage.From(percent), ["team"], "stage", world.Manager, None)).Accepted();
    }

    [Theory, OnBothDatabases]
    public async Task A_refused_operation_may_be_tried_again(DatabaseKind kind)
    {
        using var world = await FlagWorld.CreateAsync(kind);
        await world.GivenFlagAsync();
        var operation = Guid.CreateVersion7(Now);
        (await world.Exposure.SetAsync(operation, Key, "production", Rollout, Percentage.From(1), [], "x", world.Manager, None)).Refusal!.Code.ShouldBe("flag_not_owned");
        await world.Exposure.ClaimAsync(Guid.CreateVersion7(Now), Key, "production", Rollout, world.Manager, None);
        (await world.Exposure.SetAsync(operation, Key, "production", Rollout, Percentage.From(1), [], "x", world.Manager, None)).Accepted().Percentage.ShouldBe(Percentage.From(1));
    }

    [Theory, OnBothDatabases]
    public async Task What_was_switched_off_by_hand_during_a_rollout_is_switched_on_by_hand(DatabaseKind kind)
    {
        using var world = await FlagWorld.CreateAsync(kind);
        await world.GivenFlagAsync();
        await world.Exposure.ClaimAsync(NewId(), Key, "production", Rollout, world.Manager, None);
        await world.Exposure.SetAsync(NewId(), Key, "production", Rollout, Percentage.Hundred, [], "all", world.Manager, None);
        IsOn(world).ShouldBeTrue();
        await world.SwitchAsync(on: false);
        IsOn(world).ShouldBeFalse();
        (await world.Exposure.SetAsync(NewId(), Key, "production", Rollout, Percentage.Hundred, ["team"], "more", world.Manager, None)).Refusal!.Code.ShouldBe("flag_switched_off");
        (await world.SwitchAsync(on: true)).RolloutId.ShouldBe(Rollout);
        IsOn(world).ShouldBeTrue();
        await world.Exposure.ReleaseAsync(NewId(), Key, "production", Rollout, world.Manager, None);
        (await world.Exposure.SwitchOffAsync(NewId(), Key, "production", "emergency", world.Manager, None)).Accepted().Enabled.ShouldBeFalse();

        static Guid NewId() => Guid.CreateVersion7(Now);
    }

    [Theory, OnBothDatabases]
    public async Task What_a_neighbour_changed_is_taken_over_and_what_is_older_is_not(DatabaseKind kind)
    {
        using var world = await FlagWorld.CreateAsync(kind);
        var flag = await world.GivenFlagAsync();
        var neighbour = world.Neighbour();
        await neighbour.Snapshots.LoadAsync(None);
        var on = await world.SwitchAsync(on: true);
        IsOn(neighbour).ShouldBeFalse();
        await neighbour.Snapshots.RefreshAsync(Key, None);
        IsOn(neighbour).ShouldBeTrue();
        await neighbour.SwitchAsync(on: false);
        neighbour.Snapshots.Apply(flag, on);
        IsOn(neighbour).ShouldBeFalse();
        await world.Snapshots.LoadAsync(None);
        IsOn(world).ShouldBeFalse();
        (await world.Service.DeleteAsync(Key, flag.Version, "done", world.Manager, None)).Accepted();
        await neighbour.Snapshots.RefreshAsync(Key, None);
        neighbour.Snapshots.Find("production")!.TryFind(Key, out _).ShouldBeFalse();
    }

    [Theory, OnBothDatabases]
    public async Task A_flag_in_use_cannot_be_deleted(DatabaseKind kind)
    {
        using var world = await FlagWorld.CreateAsync(kind);
        var flag = await world.GivenFlagAsync();
        await world.SwitchAsync(on: true, environment: "staging");
        var refusal = (await world.Service.DeleteAsync(Key, flag.Version, "done", world.Manager, None)).Refusal.ShouldNotBeNull();
        refusal.Items.ShouldHaveSingleItem().Place.ShouldBe("staging");
        await world.SwitchAsync(on: false, environment: "staging");
        (await world.Service.DeleteAsync(Key, flag.Version, "done", world.Manager, None)).Accepted();
        (await world.Queries.ListAsync(None)).ShouldBeEmpty();
        (await world.EventsAsync())[^1].Type.ShouldBe("Flags.FlagDeleted");
    }

    [Theory, OnBothDatabases]
    public async Task A_schedule_that_came_due_while_nobody_ran_is_followed_once(DatabaseKind kind)
    {
        using var world = await FlagWorld.CreateAsync(kind);
        await world.GivenFlagAsync();
        var settings = FlagSettings.Of(Off) with { EnableAt = Now.AddHours(1), DisableAt = Now.AddDays(1) };
        (await world.Service.EditAsync(Key, "production", 1, settings, "launch", new Consent("production", Override: true), world.Manager, None)).Accepted();
        (await world.Queries.DueAsync(world.Clock.GetUtcNow(), None)).ShouldBeEmpty();
        world.Clock.Advance(TimeSpan.FromHours(5));
        (await world.Queries.DueAsync(world.Clock.GetUtcNow(), None)).ShouldBe([(Key, "production")]);
        (await world.Service.FollowScheduleAsync(Key, "production", None)).Accepted().Enabled.ShouldBeTrue();
        (await world.Queries.DueAsync(world.Clock.GetUtcNow(), None)).ShouldBeEmpty();
        IsOn(world).ShouldBeTrue();
        var events = await world.EventsAsync();
        await world.Service.FollowScheduleAsync(Key, "production", None);
        (await world.EventsAsync()).Count.ShouldBe(events.Count);
        events[^1].ActorName.ShouldBe("flag schedule");
    }

    [Fact]
    public async Task A_key_of_another_environment_changes_nothing_here()
    {
        using var world = await FlagWorld.CreateAsync(DatabaseKind.Sqlite);
        await world.GivenFlagAsync();
        var key = Actor.System("a key") with { Kind = ActorKind.Key, Environment = "staging" };
        (await world.Service.SwitchAsync(Key, "production", false, null, "", null, key, None)).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        (await world.Service.SwitchAsync(Key, "nowhere", false, null, "", null, world.Manager, None)).Refusal!.Kind.ShouldBe(RefusalKind.NotFound);
        (await world.Service.SwitchAsync("nothing", "staging", false, null, "", null, world.Manager, None)).Refusal!.Kind.ShouldBe(RefusalKind.NotFound);
    }

    [Fact]
    public async Task A_flag_is_described_without_touching_its_settings()
    {
        using var world = await FlagWorld.CreateAsync(DatabaseKind.Sqlite);
        var flag = await world.GivenFlagAsync();
        var description = new FlagDescription(Key, "New name", FlagKind.Release, "what it does", Owner: "Team");
        var described = (await world.Service.DescribeAsync(Key, flag.Version, description, "clearer", world.Manager, None)).Accepted();
        (described.Name, described.Owner, described.ReleaseId, described.Version).ShouldBe(("New name", "Team", null, 2));
        (await world.Service.DescribeAsync(Key, 1, description, "clearer", world.Manager, None)).Refusal!.Kind.ShouldBe(RefusalKind.Stale);
        (await world.Queries.FindViewAsync(Key, None))!.Environments.ShouldAllBe(setting => setting.Version == 1);
    }

    private static bool IsOn(FlagWorld world)
    {
        world.Snapshots.Find("production")!.TryFind(Key, out var flag).ShouldBeTrue();
        var context = new EvaluationContext();
        context.Set(ContextNames.TargetingKey, "user-1");
        return flag!.Evaluate(context).IsTrue;
    }
}
