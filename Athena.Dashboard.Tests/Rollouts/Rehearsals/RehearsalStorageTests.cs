using Athena.Dashboard.Health;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Rollouts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain.Rehearsals;
using Athena.Dashboard.Rollouts.Rehearsals;
using Athena.Dashboard.Tests.Infrastructure;

namespace Athena.Dashboard.Tests.Rollouts.Rehearsals;

/// <summary>What both databases have to answer alike.</summary>
public sealed class RehearsalStorageTests
{
    private static readonly Rung Minute = Rung.Ladder.First(rung => rung.Length == TimeSpan.FromMinutes(1));
    private static readonly Rung Day = Rung.Ladder.First(rung => rung.Length == TimeSpan.FromDays(1));

    [Theory]
    [OnBothDatabases]
    public async Task What_was_counted_is_read_by_the_minute_and_what_was_found_is_kept(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        var world = new RolloutWorld();
        await using var server = await RolloutServer.StartAsync(database, world);
        var earlier = await server.BeginAsync();
        await server.Service.RollBackAsync(earlier, "Enough.", RolloutServer.Manager, default);
        await server.RunUntilAsync(earlier, rollout => rollout.State == RolloutState.RolledBack);
        var recordings = new HealthRecordings(server.Get<Store>());
        (await recordings.ListAsync([earlier], default)).ShouldBeEmpty();
        await CountAsync(server, earlier);

        var recorded = (await recordings.ListAsync([earlier, Guid.NewGuid()], default)).ShouldHaveSingleItem();
        (recorded.Minutes, recorded.From, recorded.To).ShouldBe((2, RolloutBuilder.Start, RolloutBuilder.Start.AddMinutes(3)));
        (recorded.Exposed!.Requests, recorded.Control!.Requests, recorded.Control.Errors).ShouldBe((20, 2000, 10));
        var minutes = await recordings.ReadAsync(earlier, 10, default);
        minutes.Select(minute => (minute.At, minute.Exposed?.Requests, minute.Control?.Requests)).ShouldBe(
            [(RolloutBuilder.Start, 20L, (long?)1000L), (RolloutBuilder.Start.AddMinutes(2), null, 1000L)]);
        (await recordings.ReadAsync(earlier, 1, default)).ShouldHaveSingleItem().At.ShouldBe(RolloutBuilder.Start.AddMinutes(2));

        world.Recorded[earlier] = minutes;
        var planned = (await server.Service.PlanAsync(new RolloutRequest("1.2.0", "production", null, RolloutBuilder.ShortPlan), RolloutServer.Manager, default)).Value.Id;
        var service = server.Get<RehearsalService>();
        (await service.RecordingsAsync(planned, default)).ShouldHaveSingleItem().RolloutId.ShouldBe(earlier);
        (await service.AskAsync(planned, new RehearsalWish(RehearsalData.Played, RehearsalFigures.Default, earlier, 1, 10), RolloutServer.Manager, default)).IsAccepted.ShouldBeTrue();
        await Wait.UntilAsync(async () => (await service.ViewAsync(planned, default))!.Shown is { Played.Minutes: > 0 }, TimeSpan.FromMinutes(2));
    }

    // Two minutes with reports, one between them without; the second has nobody who has it.
    private static Task CountAsync(RolloutServer server, Guid rollout) => server.Get<Store>().WriteAsync<Done>(
        RolloutServer.Manager,
        (write, _) =>
        {
            Add(Minute, RolloutBuilder.Start, Arm.Exposed, false, 15, 0);
            Add(Minute, RolloutBuilder.Start, Arm.Exposed, true, 5, 0);
            Add(Minute, RolloutBuilder.Start, Arm.Control, false, 1000, 5);
            Add(Minute, RolloutBuilder.Start.AddMinutes(2), Arm.Control, false, 1000, 5);
            Add(Day, RolloutBuilder.Start, Arm.Exposed, false, 20, 0);
            Add(Day, RolloutBuilder.Start, Arm.Control, false, 2000, 10);
            return Task.FromResult<Outcome<Done>>(Done.Yes);

            void Add(Rung rung, DateTimeOffset at, Arm arm, bool late, long requests, long errors) => write.Add(new HealthCountRow
            {
                RolloutId = rollout,
                RungMilliseconds = (int)rung.Length.TotalMilliseconds,
                Cell = at.UtcTicks / rung.Length.Ticks,
                Arm = arm,
                Late = late,
                Counts = TallyJson.Write(ArmReports.ToTally(new ArmReport { Requests = requests, Errors = errors })),
            });
        },
        default);
}
