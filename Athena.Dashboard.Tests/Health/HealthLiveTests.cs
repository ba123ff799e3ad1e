using System.Text;
using System.Text.Json;
using Athena.Dashboard.Health;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Storage;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Athena.Dashboard.Tests.Health.HealthBuilders;

namespace Athena.Dashboard.Tests.Health;

/// <summary>What is noticed while nothing is asked: silence, gaps, and that an hour went by. The server's workers on a clock that moves when told.</summary>
public sealed class HealthLiveTests : IAsyncLifetime
{
    private static readonly Actor Application = new(ActorKind.Key, Guid.Empty, "collector", [Permission.WriteHealth], [], "production");
    private static readonly JudgedRule Rule = Trigger("error_rate", Comparison.GreaterThan, 0.05);

    private readonly FakeClock clock = new(Noon);
    private AthenaServer server = default!;
    private int batches;

    public async ValueTask InitializeAsync() => server = await AthenaServer.StartAsync(DatabaseKind.Sqlite, clock, builder =>
    {
        builder.Services.AddSingleton<IProcessCatalog>(new Process.FixedProcessCatalog());
        builder.Services.AddSingleton<IRolloutDirectory, OneRollout>();
    });

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_source_that_falls_silent_and_speaks_again_is_told_once_each()
    {
        await ReportAsync();
        await PassAsync(TimeSpan.FromSeconds(1));
        var last = clock.GetUtcNow().AddSeconds(-1);
        for (var i = 0; i < 20; i++) await PassAsync(TimeSpan.FromSeconds(2));
        var stale = (await EventsAsync<HealthSourceWentStale>(1)).ShouldHaveSingleItem();
        (stale.RolloutId, stale.LastBatchAt).ShouldBe((Rollout.RolloutId, last));
        await ReportAsync();
        await PassAsync(TimeSpan.FromSeconds(1));
        (await EventsAsync<HealthSourceReported>(1)).ShouldHaveSingleItem().LastBatchAt.ShouldBe(last);
        (await EventsAsync<HealthSourceWentStale>(1)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Once_an_hour_every_rule_leaves_a_line_whether_or_not_anything_changed()
    {
        for (var minute = 0; minute < 61 * 2; minute++)
        {
            await ReportAsync(30);
            await PassAsync(TimeSpan.FromSeconds(30));
        }

        await Wait.UntilAsync(async () => (await SummariesAsync()).Count == 1);
        var summary = (await SummariesAsync())[0];
        (summary.Verdict, summary.Rule, summary.Samples).ShouldBe((Verdict.Good, Rule.Rule.Text, 1000));
        JsonSerializer.Deserialize<JsonElement>(summary.Exposed).GetProperty("requests").GetInt64().ShouldBe(1000, "the five minutes before it, in reports of thirty seconds");
        (await server.Get<HealthQueries>().RecordsAsync(Rollout.RolloutId, 100, default)).Count(record => record.Kind == VerdictRecordKind.Change).ShouldBeLessThan(5);

        async Task<List<VerdictRecord>> SummariesAsync() =>
            [.. (await server.Get<HealthQueries>().RecordsAsync(Rollout.RolloutId, 100, default)).Where(record => record.Kind == VerdictRecordKind.Summary)];
    }

    [Fact]
    public async Task What_was_left_out_is_recorded_and_told_when_nothing_can_fill_it_any_more()
    {
        await ReportAsync(2);
        await PassAsync(TimeSpan.FromSeconds(2));
        var from = clock.GetUtcNow().AddSeconds(-2);
        await PassAsync(TimeSpan.FromSeconds(4));
        for (var i = 0; i < 40; i++)
        {
            await ReportAsync(2);
            await PassAsync(TimeSpan.FromSeconds(2));
        }

        var told = (await EventsAsync<HealthGapFound>(1)).ShouldHaveSingleItem();
        (told.Instances.Single(), told.From, told.To, told.Missing).ShouldBe(("api-1", from, from.AddSeconds(4), TimeSpan.FromSeconds(4)));
        var series = await server.Get<IHealthSeries>().ReadAsync(Rollout.RolloutId, Noon.AddHours(-1), Noon.AddHours(1), null, default);
        series.Gaps.ShouldBe([new HealthGap("api-1", from, from.AddSeconds(4), TimeSpan.FromSeconds(4))]);
        (await server.Get<IHealthSeries>().GapsAsync(Rollout.RolloutId, from.AddSeconds(5), Noon.AddHours(1), default)).ShouldBeEmpty();
    }

    private async Task ReportAsync(double seconds = 1)
    {
        var now = clock.GetUtcNow();
        var json = FormattableString.Invariant($$"""
            { "batchId": "b{{++batches}}", "instance": "api-1", "from": "{{now.AddSeconds(-seconds):O}}", "to": "{{now:O}}", "flag": "database-views-v2",
              "arms": { "exposed": { "requests": 100, "errors": 0 } } }
            """);
        (await server.Get<HealthIngest>().TakeAsync(Encoding.UTF8.GetBytes(json), Application, default)).Refusal.ShouldBeNull();
    }

    // The rollout is looked at, then time goes by, and the worker has seen every second of it.
    private async Task PassAsync(TimeSpan time)
    {
        var scope = new HealthScope(Rollout.RolloutId, Noon.AddMinutes(-1), TimeSpan.FromSeconds(10));
        for (var left = time; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(1))
        {
            server.Get<IHealthJudge>().Judge(scope, [Rule], clock.GetUtcNow());
            var ticks = server.Get<HealthLive>().Ticks;
            clock.Advance(TimeSpan.FromSeconds(1));
            await Wait.UntilAsync(() => server.Get<HealthLive>().Ticks > ticks);
        }
    }

    private async Task<List<T>> EventsAsync<T>(int least)
        where T : IDomainEvent
    {
        List<T> found = [];
        await Wait.UntilAsync(async () =>
        {
            var rows = await server.Get<Store>().ReadAsync((db, token) => db.Set<EventRow>().OrderBy(row => row.Sequence).ToListAsync(token), default);
            found = [.. rows.Select(row => new EventEnvelope(row)).Where(envelope => envelope.Is<T>()).Select(envelope => (T)envelope.Event!)];
            return found.Count >= least;
        });
        return found;
    }
}
