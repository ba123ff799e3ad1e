using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Rollouts.Domain.Rehearsals;
using Athena.Dashboard.Rollouts.Rehearsals;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Tests.Rollouts.Rehearsals;

/// <summary>Asked for, carried out, stored, cancelled, begun again: over a real database.</summary>
public sealed class RehearsalServerTests : IAsyncLifetime
{
    private static readonly RehearsalWish Quick = new(RehearsalData.Simulated, RehearsalFigures.Default with { RequestsPerMinute = 60_000 }, null, 1, RehearsalWish.FewestRuns);

    // The process's own plan of nineteen days: it does not end before somebody ends it.
    private static readonly RehearsalWish Long = Quick with { Runs = RehearsalWish.MostRuns };

    private readonly RolloutWorld world = new();
    private TestDatabase database = default!;
    private RolloutServer server = default!;

    private RehearsalService Rehearsals => server.Get<RehearsalService>();

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        server = await RolloutServer.StartAsync(database, world);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        database.Dispose();
    }

    [Fact]
    public async Task What_it_found_is_stored_with_the_plan_that_it_is_of_and_shown_as_of_an_earlier_one_afterwards()
    {
        var id = await PlanAsync();
        var asked = (await Rehearsals.AskAsync(id, Quick, RolloutServer.Manager, default)).Value;
        asked.State.ShouldBe(RehearsalState.Waiting);
        var done = await UntilAsync(id, rehearsal => rehearsal.State == RehearsalState.Done);
        (done.Id, done.Runs, done.RequestedBy).ShouldBe((asked.Id, 10, RolloutServer.Manager.Name));
        done.Result.ShouldNotBeNull().Summary.ShouldStartWith("Of 10 healthy runs ");
        var view = (await Rehearsals.ViewAsync(id, default)).ShouldNotBeNull();
        view.IsOfThisPlan(view.Shown.ShouldNotBeNull()).ShouldBeTrue();
        (await server.EventsAsync()).ShouldBe(["Rollouts.RolloutPlanned", "Rollouts.RehearsalAsked", "Rollouts.RehearsalBegun", "Rollouts.RehearsalEnded"]);

        await server.Service.CallOffAsync(id, null, null, RolloutServer.Manager, default);
        var same = (await Rehearsals.ViewAsync(await PlanAsync(), default)).ShouldNotBeNull();
        same.Own.ShouldBeEmpty();
        same.IsOfThisPlan(same.Shown.ShouldNotBeNull()).ShouldBeTrue();
        await server.Service.CallOffAsync((await server.Queries.FindActiveAsync("database-views-v2", "production", default))!.Id, null, null, RolloutServer.Manager, default);
        var other = (await Rehearsals.ViewAsync(await PlanAsync(RolloutBuilder.ShortPlan.Replace("0.01", "0.02", StringComparison.Ordinal)), default)).ShouldNotBeNull();
        other.IsOfThisPlan(other.Shown.ShouldNotBeNull()).ShouldBeFalse();
    }

    [Fact]
    public async Task Who_may_not_what_has_begun_and_what_is_out_of_range_are_refused_with_the_reason()
    {
        var id = await PlanAsync();
        var forbidden = (await Rehearsals.AskAsync(id, Quick, RolloutBuilder.Person(Role.Support), default)).Refusal.ShouldNotBeNull();
        (forbidden.Kind, forbidden.Title).ShouldBe((RefusalKind.Forbidden, "Release desk may not rehearse the plan."));
        forbidden.WhoCan.ShouldContain("Release Manager");
        var wrong = (await Rehearsals.AskAsync(id, Quick with { Runs = 5, Recording = id, Figures = new RehearsalFigures { Bursts = -1 } }, RolloutServer.Manager, default)).Refusal.ShouldNotBeNull();
        wrong.Items.Select(item => item.Place).ShouldBe(["figures.bursts", "runs", "recording"]);
        (await Rehearsals.AskAsync(id, Quick with { Data = RehearsalData.Recorded }, RolloutServer.Manager, default)).Refusal.ShouldNotBeNull().Items[0].Place.ShouldBe("recording");
        (await Rehearsals.AskAsync(id, Quick with { Data = RehearsalData.Recorded, Recording = Guid.NewGuid() }, RolloutServer.Manager, default)).Refusal.ShouldNotBeNull().Code.ShouldBe("recording_unknown");
        (await Rehearsals.AskAsync(Guid.NewGuid(), Quick, RolloutServer.Manager, default)).Refusal.ShouldNotBeNull().Kind.ShouldBe(RefusalKind.NotFound);
        (await server.Service.StartAsync(id, null, null, RolloutServer.Manager, default)).IsAccepted.ShouldBeTrue();
        (await Rehearsals.AskAsync(id, Quick, RolloutServer.Manager, default)).Refusal.ShouldNotBeNull().Code.ShouldBe("rollout_not_planned");
        (await Rehearsals.ViewAsync(id, default)).ShouldNotBeNull().Own.ShouldBeEmpty();
    }

    [Fact]
    public async Task One_at_a_time_is_tried_and_can_be_cancelled_while_it_is()
    {
        var id = await PlanAsync(null);
        var asked = (await Rehearsals.AskAsync(id, Long, RolloutServer.Manager, default)).Value;
        await UntilAsync(id, rehearsal => rehearsal.State == RehearsalState.Running);
        (await Rehearsals.AskAsync(id, Quick, RolloutServer.Manager, default)).Refusal.ShouldNotBeNull().Code.ShouldBe("rehearsal_under_way");
        (await Rehearsals.CancelAsync(id, asked.Id, RolloutBuilder.Person(Role.Viewer), default)).Refusal.ShouldNotBeNull().Kind.ShouldBe(RefusalKind.Forbidden);
        (await Rehearsals.CancelAsync(Guid.NewGuid(), asked.Id, RolloutServer.Manager, default)).Refusal.ShouldNotBeNull().Kind.ShouldBe(RefusalKind.NotFound);
        (await Rehearsals.CancelAsync(id, asked.Id, RolloutServer.Manager, default)).Value.Why.ShouldBe("Cancelled by Release desk.");
        (await Rehearsals.CancelAsync(id, asked.Id, RolloutServer.Manager, default)).Refusal.ShouldNotBeNull().Code.ShouldBe("rehearsal_over");
        // The thread hears of it, and the next one has its turn.
        var other = await PlanAsync(environment: "staging");
        await Rehearsals.AskAsync(other, Quick, RolloutServer.Manager, default);
        await UntilAsync(other, rehearsal => rehearsal.State == RehearsalState.Done);
        (await Rehearsals.ViewAsync(id, default)).ShouldNotBeNull().Failed.ShouldNotBeNull().State.ShouldBe(RehearsalState.Cancelled);
    }

    [Fact]
    public async Task A_server_that_ends_in_the_middle_of_one_has_it_begun_again_and_not_for_ever()
    {
        var id = await PlanAsync(null);
        await Rehearsals.AskAsync(id, Long, RolloutServer.Manager, default);
        for (var tries = 1; tries <= Rehearsal.MostTries; tries++)
        {
            await UntilAsync(id, rehearsal => rehearsal.State == RehearsalState.Running && rehearsal.Tries == tries);
            await server.DisposeAsync();
            server = await RolloutServer.StartAsync(database, world);
        }

        (await UntilAsync(id, rehearsal => rehearsal.IsOver)).Why.ShouldBe("The server ended 3 times in the middle of it.");
    }

    [Fact]
    public async Task An_earlier_rollout_is_traffic_to_try_against_and_can_be_played_through_the_plan()
    {
        var earlier = await RecordAsync(minutes: 150, breaksAt: 60);
        var id = await PlanAsync("""
            rollout:
              feature: database-views-v2
              stages:
                - {name: half, percentage: 50, duration: 1h, criteria: [error_rate < 0.02]}
                - {name: all, percentage: 100, duration: 1h, criteria: [error_rate < 0.02]}
              rollback: {automatic: true, conditions: [error_rate > 0.05]}
            """);
        var recording = (await Rehearsals.RecordingsAsync(id, default)).ShouldHaveSingleItem();
        (recording.RolloutId, recording.Minutes, recording.IsEnough, recording.Figures.RequestsPerMinute, recording.Figures.ErrorRate).ShouldBe((earlier, 150, true, 13.3, 0.01));

        await Rehearsals.AskAsync(id, Quick with { Data = RehearsalData.Recorded, Recording = earlier }, RolloutServer.Manager, default);
        var recorded = (await UntilAsync(id, rehearsal => rehearsal.IsOver)).Result.ShouldNotBeNull();
        recorded.RolledBack.Count.ShouldBe(0);
        recorded.Steps[0].Requests.ShouldBe(500, 10);

        await Rehearsals.AskAsync(id, Quick with { Data = RehearsalData.Played, Recording = earlier }, RolloutServer.Manager, default);
        var played = (await UntilAsync(id, rehearsal => rehearsal is { IsOver: true, Wish.Data: RehearsalData.Played })).Played.ShouldNotBeNull();
        played.RolledBackAfterSeconds.ShouldNotBeNull().ShouldBeInRange(60 * 60, 70 * 60);
        played.Summary.ShouldStartWith("This plan would have rolled it back in ");
        played.Turns[^1].Kind.ShouldBe(DecisionKind.RolledBack);
    }

    [Fact]
    public async Task A_recording_of_minutes_is_too_little_and_says_how_much_it_takes()
    {
        var earlier = await RecordAsync(minutes: 14, breaksAt: 14);
        var id = await PlanAsync();
        var refusal = (await Rehearsals.AskAsync(id, Quick with { Data = RehearsalData.Recorded, Recording = earlier }, RolloutServer.Manager, default)).Refusal.ShouldNotBeNull();
        (refusal.Code, refusal.Title).ShouldBe(("recording_too_short", "The recording of database-views-v2 in production has 14 minutes; 120 minutes are needed."));
        (await Rehearsals.RecordingsAsync(id, default)).ShouldHaveSingleItem().IsEnough.ShouldBeFalse();
    }

    // A rollout that ran and was taken back: from some minute on a tenth of its exposed requests failed.
    private async Task<Guid> RecordAsync(int minutes, int breaksAt)
    {
        var id = await server.BeginAsync();
        await server.Service.RollBackAsync(id, "It broke.", RolloutServer.Manager, default);
        await server.RunUntilAsync(id, rollout => rollout.State == RolloutState.RolledBack);
        world.Recorded[id] =
        [
            .. Enumerable.Range(0, minutes).Select(minute => new RecordedMinute(
                RolloutBuilder.Start.AddMinutes(minute),
                new ArmReport { Requests = 1000, Errors = minute < breaksAt ? 10 : 100, LatencyCount = 1000, LatencyMicros = 200_000_000, Scores = [0, 0, 0, 5, 5] },
                new ArmReport { Requests = 1000, Errors = 10, LatencyCount = 1000, LatencyMicros = 200_000_000, Scores = [0, 0, 0, 5, 5] })),
        ];
        return id;
    }

    private async Task<Guid> PlanAsync(string? plan = RolloutBuilder.ShortPlan, string environment = "production") =>
        (await server.Service.PlanAsync(new RolloutRequest("1.2.0", environment, plan is null ? "database-views-v2" : null, plan), RolloutServer.Manager, default)).Value.Id;

    private async Task<Rehearsal> UntilAsync(Guid id, Func<Rehearsal, bool> condition)
    {
        Rehearsal? last = null;
        await Wait.UntilAsync(async () => (last = (await Rehearsals.ViewAsync(id, default))!.Own.FirstOrDefault()) is not null && condition(last), TimeSpan.FromMinutes(5));
        return last!;
    }
}
