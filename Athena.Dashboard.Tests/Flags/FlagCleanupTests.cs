using System.Collections.Immutable;
using System.Diagnostics;
using Athena.Dashboard.Flags;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.Extensions.Options;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags;

public sealed class FlagCleanupTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly string folder = Directory.CreateTempSubdirectory("athena-scan-").FullName;

    [Theory]
    [InlineData(FlagKind.Release, false, FlagReleaseState.OnItsWay, FlagStage.Prepared)]
    [InlineData(FlagKind.Release, false, FlagReleaseState.RollingOut, FlagStage.RollingOut)]
    [InlineData(FlagKind.Release, false, FlagReleaseState.RolledBack, FlagStage.RolledBack)]
    [InlineData(FlagKind.Release, false, FlagReleaseState.Completed, FlagStage.DueForRemoval)]
    [InlineData(FlagKind.Release, false, FlagReleaseState.Cancelled, FlagStage.DueForRemoval)]
    [InlineData(FlagKind.Release, false, null, FlagStage.Temporary)]
    [InlineData(FlagKind.Release, true, FlagReleaseState.Completed, FlagStage.Permanent)]
    [InlineData(FlagKind.Operational, false, FlagReleaseState.Completed, FlagStage.Permanent)]
    [InlineData(FlagKind.Experimental, false, FlagReleaseState.Completed, FlagStage.Temporary)]
    public void A_flag_is_where_its_release_is_and_an_operational_one_stays(FlagKind kind, bool permanent, FlagReleaseState? release, FlagStage stage) =>
        FlagLifecycle.StageOf(Views with { Kind = kind, Permanent = permanent }, release is { } state ? new FlagRelease("1.2.0", state, Now) : null).ShouldBe(stage);

    [Fact]
    public async Task The_commit_that_is_checked_out_is_searched_with_git_and_the_checklist_goes_by_what_is_found()
    {
        using var world = await FlagWorld.CreateAsync(DatabaseKind.Sqlite);
        await world.GivenFlagAsync();
        await world.GivenFlagAsync("database-views");
        await world.SwitchAsync(on: true, environment: "staging");
        var setting = await world.SwitchAsync(on: true, "database-views", "staging");
        (await world.Service.EditAsync("database-views", "staging", setting.Version, FlagSettings.Of(setting) with { Prerequisites = [new Prerequisite(Key)] }, "test", default, world.Manager, None)).Accepted();
        var cleanup = Cleanup(world);

        var before = (await cleanup.FindAsync(Key, None))!;
        before.Stage.ShouldBe(FlagStage.DueForRemoval);
        before.Steps.Where(step => !step.IsDone).Select(step => step.Title).ShouldBe(["No code asks for it", "No other flag needs it", "It is off everywhere"]);

        await GitAsync("init", "-q");
        (await cleanup.ScanAsync(folder, null, world.Manager, None)).Refusal!.Code.ShouldBe("repository_invalid");
        Directory.CreateDirectory(Path.Combine(folder, "src"));
        await WriteAsync("src/Views.cs", "// nothing\nif (flags.IsOn(\"database-views-v2\")) Show();\nvar other = \"database-views-v2-old\";\n");
        await WriteAsync("notes.md", "We like database-views. And database-views-v2.\n");
        await WriteAsync("binary.bin", "\0database-views-v2\0");
        await CommitAsync("first");
        await WriteAsync("src/Later.cs", "database-views-v2 is not committed");
        var scan = (await cleanup.ScanAsync(folder, "app", world.Manager, None)).Accepted().Scan;
        scan.Commit.Length.ShouldBe(40);
        scan.References.Select(found => (found.FlagKey, found.Path, found.Line)).Order().ShouldBe([("database-views", "notes.md", 1), (Key, "notes.md", 1), (Key, "src/Views.cs", 2)]);
        var used = (await cleanup.FindAsync(Key, None))!;
        used.References.Select(found => found.Reference.Text).ShouldContain("if (flags.IsOn(\"database-views-v2\")) Show();");
        used.Steps.Single(step => step.Title == "No code asks for it").Detail.ShouldBe("2 places are left.");

        await WriteAsync("src/Views.cs", "Show();\n");
        await WriteAsync("notes.md", "We like database-views.\n");
        File.Delete(Path.Combine(folder, "src/Later.cs"));
        await CommitAsync("without the flag");
        (await cleanup.ScanAsync(folder, "app", world.Manager, None)).Accepted();
        (await world.Service.EditAsync("database-views", "staging", setting.Version + 1, FlagSettings.Of(setting), "test", default, world.Manager, None)).Accepted();
        await world.SwitchAsync(on: false, environment: "staging");
        (await cleanup.FindAsync(Key, None))!.IsReady.ShouldBeTrue();
        (await cleanup.ScanAsync(folder, "app", Person(Role.Viewer), None)).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
    }

    [Fact]
    public void A_key_within_a_longer_one_is_another() =>
        CodeReferences.In("a.cs", "reviews views-2\n  use views.\r\nviews.v2 and views, views\n\nlast -x", ["views", "views.v2", "-x"])
            .Select(found => (found.FlagKey, found.Line, found.Text)).ShouldBe([("views", 2, "use views."), ("views.v2", 3, "views.v2 and views, views"), ("views", 3, "views.v2 and views, views"), ("-x", 5, "last -x")]);

    [Fact]
    public async Task A_search_follows_no_link_and_leaves_out_what_is_binary_or_too_large()
    {
        await GitAsync("init", "-q");
        await File.WriteAllTextAsync(Path.Combine(folder + "-outside.txt"), $"{Key} outside");
        File.CreateSymbolicLink(Path.Combine(folder, "link.txt"), folder + "-outside.txt");
        File.CreateSymbolicLink(Path.Combine(folder, "root"), "/");
        await WriteAsync("binary.bin", $"\0{Key}");
        await WriteAsync("large.txt", $"{Key} {new string('x', 3 * 1024)}");
        await WriteAsync("with blank and ü.txt", $"{Key}\n");
        await CommitAsync("all of it");
        var found = (await Search(options => options.MostFileKilobytes = 2).SearchAsync(folder, [Key], null, None)).Accepted();
        (found.References.Single().Path, found.LeftOut).ShouldBe(("with blank and ü.txt", 1));
        (await Search(options => options.MostFiles = 2).SearchAsync(folder, [Key], null, None)).Refusal!.Code.ShouldBe("repository_too_large");
        (await Search().SearchAsync(folder + "-nowhere", [Key], null, None)).Refusal!.Code.ShouldBe("repository_invalid");
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => Search().SearchAsync(folder, [Key], null, stopped.Token));
        File.Delete(folder + "-outside.txt");
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task The_server_searches_configured_directories_by_schedule_and_when_asked_and_says_what_failed(DatabaseKind kind)
    {
        using var world = await FlagWorld.CreateAsync(kind);
        await world.GivenFlagAsync();
        var options = Options.Create(new CodeSearchOptions { Directories = [folder] });
        var searches = new CodeSearches(world.Store, Cleanup(world), options, world.Clock);
        (await searches.AskAsync(Person(Role.Viewer), None)).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        await searches.RunAsync(None);
        var failed = (await searches.ListAsync(None)).Single();
        (failed.WorkedAt, failed.IsRunning).ShouldBe((null, false));
        failed.Failure!.ShouldContain("is not a git repository");

        await GitAsync("init", "-q");
        await WriteAsync("a.txt", $"{Key}\n");
        await CommitAsync("first");
        await searches.RunAsync(None);
        (await searches.ListAsync(None)).Single().Failure.ShouldNotBeNull("its time has not come, and nobody has asked");
        (await searches.AskAsync(world.Manager, None)).Accepted();
        (await searches.AskAsync(world.Manager, None)).Accepted();
        await searches.RunAsync(None);
        var worked = (await searches.ListAsync(None)).Single();
        (worked.Failure, worked.WorkedAt, worked.Waits).ShouldBe((null, world.Clock.GetUtcNow(), false));
        (await Cleanup(world).FindAsync(Key, None))!.References.ShouldHaveSingleItem().Repository.ShouldBe(Path.GetFileName(folder));
        (await world.EventsAsync()).Where(row => row.SubjectKind == CodeScanned.SubjectKind).Select(row => row.Type).ShouldBe(["Flags.CodeSearchFailed", "Flags.CodeSearchAsked", "Flags.CodeScanned"]);

        // A day later by itself; what failed says when it last worked.
        world.Clock.Advance(TimeSpan.FromHours(24));
        Directory.Move(Path.Combine(folder, ".git"), Path.Combine(folder, "hidden"));
        await searches.RunAsync(None);
        var later = (await searches.ListAsync(None)).Single();
        (later.BegunAt, later.WorkedAt).ShouldBe((world.Clock.GetUtcNow(), worked.WorkedAt));
        later.Failure.ShouldNotBeNull();
        // What a killed process left running begins anew.
        (later with { EndedAt = null }).IsDue(TimeSpan.FromHours(24), later.BegunAt!.Value).ShouldBeTrue();
    }

    [Fact]
    public void Configured_directories_are_full_paths_with_different_names() =>
        new CodeSearchOptions { Directories = ["app", "/a/app", "/b/app/"] }.Validate(new System.ComponentModel.DataAnnotations.ValidationContext(new object())).Select(fault => fault.ErrorMessage)
            .ShouldBe(["'app' is not a full path.", "Two directories are named 'app'."]);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    internal sealed class Known(params FlagRelease[] releases) : IFlagReleases
    {
        public Task<ImmutableDictionary<string, FlagRelease>> ListAsync(CancellationToken cancellationToken) => Task.FromResult(releases.ToImmutableDictionary(release => release.Id, StringComparer.Ordinal));
    }

    internal static FlagCleanup Cleanup(FlagWorld world) => new(world.Store, world.Queries, new Known(new FlagRelease("1.2.0", FlagReleaseState.Completed, Now)), Search());

    private static CodeSearch Search(Action<CodeSearchOptions>? configure = null)
    {
        var options = new CodeSearchOptions();
        configure?.Invoke(options);
        return new CodeSearch(Options.Create(options));
    }

    private Task WriteAsync(string path, string text) => File.WriteAllTextAsync(Path.Combine(folder, path), text);

    private async Task CommitAsync(string message)
    {
        await GitAsync("add", "-A");
        await GitAsync("reset", "-q", "--", "src/Later.cs");
        await GitAsync("-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "-q", "-m", message);
    }

    private async Task GitAsync(params string[] arguments)
    {
        using var git = System.Diagnostics.Process.Start(new ProcessStartInfo("git", ["-C", folder, .. arguments]) { UseShellExecute = false, RedirectStandardError = true })!;
        var error = await git.StandardError.ReadToEndAsync();
        await git.WaitForExitAsync();
        if (arguments[0] != "reset") git.ExitCode.ShouldBe(0, error);
    }
}
