using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Json;
using Athena.Dashboard.Benchmarks.OverHttp;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Health;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Hosting;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Athena.Dashboard.Benchmarks.Rollouts;

/// <summary>
/// A server with rollouts that have run at a tenth for an hour, healthy and reported for all the time. They are put into its
/// database while it does not run, for the way there would take hours.
/// </summary>
internal static class SeededRollouts
{
    private const int Minutes = 65;

    public static async Task<ImmutableArray<MeasuredRollout>> AddAsync(ServerUnderLoad server, int count)
    {
        using (var client = server.Administrator())
        {
            for (var i = 0; i < count; i++)
            {
                var flag = string.Create(CultureInfo.InvariantCulture, $"flag-{i:0000}");
                (await client.PostAsJsonAsync("/api/flags", new { key = flag, name = flag, type = "release" })).EnsureSuccessStatusCode();
                (await client.PostAsJsonAsync($"/api/flags/{flag}/environments/production/switches", new { on = true, reason = "load", confirmation = "production", @override = true })).EnsureSuccessStatusCode();
            }
        }

        server.Terminate();
        var seeded = await LiveThroughAsync(server.Folder, count);
        server.Serve();
        return seeded;
    }

    private static async Task<ImmutableArray<MeasuredRollout>> LiveThroughAsync(string folder, int count)
    {
        var clock = new AheadClock();
        clock.Advance(TimeSpan.FromMinutes(-Minutes));
        await using var app = AthenaApplication.Create(new ServerSettings(folder, "http://127.0.0.1:0"), builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
        });
        await OperatorHost.StartupAsync(app, CancellationToken.None);
        var services = app.Services;
        var (contexts, ingest, writer, judge) = (services.GetRequiredService<Contexts>(), services.GetRequiredService<HealthIngest>(), services.GetRequiredService<HealthWriter>(), services.GetRequiredService<IHealthJudge>());
        var began = clock.GetUtcNow();
        var seeded = await ManyRollouts.AddAsync(contexts, services.GetRequiredService<IProcessCatalog>().Current.Document, count, began);
        Rollout first;
        await using (var db = contexts.CreateDbContext())
        {
            foreach (var rollout in seeded)
            {
                await db.Set<FlagEnvironment>().Where(row => row.FlagKey == rollout.FlagKey && row.Environment == rollout.Environment)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.Percentage, Percentage.From(10)).SetProperty(row => row.RolloutId, rollout.RolloutId));
            }

            first = await db.Set<Rollout>().FirstAsync(row => row.Id == seeded[0].RolloutId);
        }

        var rules = first.Terms.RulesOf(first.CurrentStep);
        while (clock.GetUtcNow() < TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(10))
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            var now = clock.GetUtcNow();
            foreach (var rollout in seeded) ingest.Take(ManyRollouts.Report(rollout, now), rollout, now);
            if (now.Second >= 10) continue;
            foreach (var rollout in seeded) judge.Judge(new HealthScope(rollout.RolloutId, began, TimeSpan.FromSeconds(10)) { RolloutStarted = began, IsSplit = true }, rules, now);
            await writer.FlushAsync();
        }

        await writer.FlushAsync();
        return seeded;
    }
}
