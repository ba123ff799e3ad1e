using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Health;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Releases.Domain;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Microsoft.EntityFrameworkCore;
using GateBoard = Athena.Dashboard.Gates.Domain.GateBoard;
using GateItem = Athena.Dashboard.Gates.Domain.GateItem;

namespace Athena.Dashboard.Benchmarks.Rollouts;

/// <summary>
/// A thousand rollouts in production, of a hundred releases, in the second stage of a plan with six criteria, two
/// conditions and everything that the default process adds; and reports for them.
/// </summary>
internal static class ManyRollouts
{
    public const int Count = 1000;

    private const int PerRelease = 10;

    /// <summary>Of the default process, as the first start stores it.</summary>
    private const int ProcessVersion = 1;

    private const string Plan = """
        rollout:
          feature: FLAG
          stages:
            - name: canary
              percentage: 1
              duration: 4h
              criteria: [error_rate < 0.02]
            - name: tenth
              percentage: 10
              duration: 24h
              criteria: [error_rate < 0.02, crash_rate < 0.01, response_time < 800ms, user_satisfaction > 3.5, feature_adoption > 0.05, performance_degradation < 0.1]
            - name: all
              percentage: 100
              duration: 24h
              criteria: [error_rate < 0.02]
          rollback:
            automatic: true
            conditions: [error_rate > 0.05, crash_rate > 0.02]
        """;

    public static async Task<ImmutableArray<MeasuredRollout>> AddAsync(Contexts contexts, ProcessDocument process, int count, DateTimeOffset now)
    {
        await using var db = contexts.CreateDbContext();
        var measured = ImmutableArray.CreateBuilder<MeasuredRollout>(count);
        for (var i = 0; i < count; i++)
        {
            var (id, version) = (Guid.CreateVersion7(now), string.Create(CultureInfo.InvariantCulture, $"3.{i / PerRelease}.0"));
            if (i % PerRelease == 0)
            {
                db.Add(Release(version, now));
                db.Add(new GateBoard { SubjectKind = ReleaseSubject.Kind, SubjectId = version, Waivers = new WaiverRule(1, [], false), OpenedAt = now });
                db.AddRange(process.GateSets.SelectMany(set => set.Items.Select(item => Passed(version, set, item.Key, now))));
            }

            var flag = string.Create(CultureInfo.InvariantCulture, $"flag-{i:0000}");
            var terms = RolloutTerms.Of(RolloutPlanYaml.Read(Plan.Replace("FLAG", flag, StringComparison.Ordinal), process.Metrics).ToOutcome("", "The plan").Value, process, ProcessVersion);
            var planned = RolloutCommands.Plan(id, new RolloutName(id, version, flag, "production", true), terms, "load", now).Rollout;
            db.Add(planned with
            {
                State = RolloutState.Running,
                Step = 1,
                Applied = true,
                Exposed = terms.Steps[1].Percentage,
                StartedAt = now,
                StageStartedAt = now,
            });
            measured.Add(new MeasuredRollout(id, flag, "production", version));
        }

        await db.SaveChangesAsync();
        return measured.MoveToImmutable();
    }

    /// <summary>What one instance counted in ten seconds, in which a hundredth failed on both sides.</summary>
    /// <param name="failed">Of the exposed requests.</param>
    public static HealthBatch Report(MeasuredRollout rollout, DateTimeOffset to, int seconds = 10, double failed = 0.01) => new(
        string.Create(CultureInfo.InvariantCulture, $"{rollout.FlagKey}-{to.UtcTicks}"), "one", to.AddSeconds(-seconds), to, rollout.RolloutId, null, Arm(100, failed), Arm(900, 0.01), null, 40);

    private static Tally Arm(long requests, double failed)
    {
        var tally = new Tally
        {
            [CountSlot.Requests] = requests,
            [CountSlot.Errors] = (long)(requests * failed),
            [CountSlot.Crashes] = 0,
            [CountSlot.LatencyCount] = requests,
            [CountSlot.LatencyMicros] = requests * 90_000,
            [CountSlot.Score4] = requests / 50,
            [CountSlot.Users] = requests / 2,
            [CountSlot.Adopters] = requests / 5,
        };
        tally.Buckets[LatencyBounds.BucketOf(100)] = requests;
        return tally;
    }

    private static GateItem Passed(string version, GateSet set, string key, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        SubjectKind = ReleaseSubject.Kind,
        SubjectId = version,
        SetKey = set.Key,
        SetTitle = set.Title,
        Key = key,
        Title = key,
        Owners = [Role.ReleaseManager],
        State = GateItemState.Passed,
        StateSince = now,
        DueAt = now.AddDays(1),
        ChangedBy = "load",
        ChangedAt = now,
    };

    private static Release Release(string version, DateTimeOffset now) => new()
    {
        Semver = version,
        Title = "Load",
        Type = "minor",
        State = ReleaseState.RollingOut,
        StateSince = now,
        TargetDate = DateOnly.FromDateTime(now.UtcDateTime),
        Zone = "Europe/Vienna",
        OwnerId = Guid.CreateVersion7(now),
        OwnerName = "load",
        UserValue = "None.",
        KnownIssues = [],
        ProcessVersion = ProcessVersion,
        CreatedBy = "load",
        CreatedAt = now,
    };
}
