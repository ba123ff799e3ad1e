using System.Net;
using System.Text;
using System.Text.Json;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Tests.Process;

/// <summary>Versions are added, never changed; everyone agrees on the one in force.</summary>
public sealed class ProcessVersionTests
{
    private static readonly Actor Editor = Actor.System("editor");
    private static readonly string Changed = DefaultProcess.Source.Replace("cadence_days: 84-92", "cadence_days: 80-100", StringComparison.Ordinal);

    [Theory]
    [OnBothDatabases]
    public async Task The_first_start_makes_the_default_process_version_1_and_a_restart_keeps_it(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        DateTimeOffset appliedAt;
        await using (var first = await AthenaServer.StartAsync(database))
        {
            var current = first.Get<IProcessCatalog>().Current;
            (current.Number, current.AppliedBy, current.Source).ShouldBe((1, "first start", DefaultProcess.Source));
            appliedAt = current.AppliedAt;
        }

        await using var second = await AthenaServer.StartAsync(database);
        second.Get<IProcessCatalog>().Current.Number.ShouldBe(1);
        (second.Get<IProcessCatalog>().Current.AppliedAt - appliedAt).Duration().ShouldBeLessThan(TimeSpan.FromMilliseconds(1));
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_new_version_reaches_the_other_node_and_the_old_one_stays_readable(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var one = await AthenaServer.StartAsync(database);
        await using var other = await AthenaServer.StartAsync(database);
        var applied = (await one.Get<ProcessService>().ApplyAsync(Changed, 1, Editor, default)).Value;
        applied.Number.ShouldBe(2);
        applied.Document.FindReleaseType("major")!.CadenceDays.ShouldBe(new DayRange(80, 100));
        one.Get<IProcessCatalog>().Current.ShouldBeSameAs(applied);
        (await other.Get<ProcessQueries>().CurrentAsync(default)).Number.ShouldBe(2);
        (await one.Get<ProcessService>().ApplyAsync(DefaultProcess.Source, 2, Editor, default)).IsAccepted.ShouldBeTrue();
        await Wait.UntilAsync(() => other.Get<IProcessCatalog>().Current.Number == 3);
        var snapshot = await other.Get<IProcessCatalog>().FindAsync(1, default);
        snapshot!.Document.FindReleaseType("major")!.CadenceDays.ShouldBe(new DayRange(84, 92));
        (await other.Get<IProcessCatalog>().FindAsync(4, default)).ShouldBeNull();

        var happened = await one.Get<Store>().ReadAsync(
            (db, token) => db.Set<EventRow>().Where(row => row.SubjectKind == ProcessSubject.Kind).OrderBy(row => row.Sequence).ToListAsync(token), default);
        happened.Select(row => row.SubjectId).ShouldBe(["1", "2", "3"]);
        happened[1].After!.ShouldContain("release_types[major].cadence_days");
        happened[1].ActorName.ShouldBe("editor");
    }

    [Theory]
    [OnBothDatabases]
    public async Task Of_two_who_apply_at_the_same_time_one_is_told_that_the_other_was_faster(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var one = await AthenaServer.StartAsync(database);
        await using var other = await AthenaServer.StartAsync(database);
        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? one : other).Get<ProcessService>().ApplyAsync(Changed + $"# {i}\n", 1, Editor, default)));
        outcomes.Count(outcome => outcome.IsAccepted).ShouldBe(1);
        outcomes.Where(outcome => !outcome.IsAccepted).ShouldAllBe(outcome => outcome.Refusal!.Kind == RefusalKind.Stale);
        (await one.Get<ProcessQueries>().VersionsAsync(default)).Select(version => version.Number).ShouldBe([2, 1]);
    }

    [Fact]
    public async Task What_cannot_be_applied_is_refused_and_leaves_nothing_behind()
    {
        await using var server = await AthenaServer.StartAsync();
        var service = server.Get<ProcessService>();
        var viewer = new Actor(ActorKind.Person, Guid.Empty, "Vera", Permissions.Of([Role.Viewer]), [Role.Viewer]);
        var forbidden = (await service.ApplyAsync(Changed, 1, viewer, default)).Refusal!;
        (forbidden.Kind, forbidden.WhoCan).ShouldSatisfyAllConditions(
            refusal => refusal.Kind.ShouldBe(RefusalKind.Forbidden),
            refusal => refusal.WhoCan.ShouldBe(["Release Manager", "Administrator"]));
        (await service.ApplyAsync(DefaultProcess.Source, 1, Editor, default)).Refusal!.Code.ShouldBe("process_unchanged");
        (await service.ApplyAsync(Changed, 7, Editor, default)).Refusal!.Kind.ShouldBe(RefusalKind.Stale);
        (await service.ApplyAsync(new string('x', 300_000), 1, Editor, default)).Refusal!.Kind.ShouldBe(RefusalKind.TooLarge);
        var invalid = (await service.ApplyAsync(Changed.Replace("percentage: 1.0", "percentage: 200", StringComparison.Ordinal), 1, Editor, default)).Refusal!;
        (invalid.Code, invalid.Items.Single().Found).ShouldBe(("process_invalid", "'200'"));
        server.Get<IProcessCatalog>().Current.Number.ShouldBe(1);
        (await server.Get<ProcessQueries>().VersionsAsync(default)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_reads_or_writes_the_process_without_being_known()
    {
        await using var server = await AthenaServer.StartAsync();
        using var client = server.CreateClient();
        foreach (var path in new[] { "/api/process", "/api/process/versions", "/api/process/versions/1", "/api/process/versions/1/source", "/api/process/versions/1/differences" })
            (await client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
        using var yaml = new StringContent(Changed, Encoding.UTF8, "application/yaml");
        (await client.PostAsync("/api/process/versions", yaml)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        server.Get<IProcessCatalog>().Current.Number.ShouldBe(1);
    }

    [Fact]
    public void A_document_survives_the_way_through_json()
    {
        var text = JsonSerializer.Serialize(DefaultProcess.Document, JsonColumn.Options);
        text.ShouldContain("\"versionPattern\":\"X.0.0\"");
        text.ShouldContain("\"defaultAction\":\"rollBack\"");
        text.ShouldContain("\"percentages\":[0.1]");
    }
}
