using System.Collections.Immutable;
using System.Diagnostics;
using Athena.Dashboard.Flags;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;
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
        var cleanup = new FlagCleanup(world.Store, world.Queries, new Known(new FlagRelease("1.2.0", FlagReleaseState.Completed, Now)));

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
        var scan = (await cleanup.ScanAsync(folder, "app", world.Manager, None)).Accepted();
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
    public void What_git_prints_is_read_in_both_forms_and_a_key_within_a_longer_one_is_another()
    {
        string[] keys = ["views", "views.v2", "-x"];
        CodeReferences.Read(["abc:src/a b.cs\0" + "12\0views.v2", "abc:c.cs\0" + "7:use views.", "abc:d.cs\0x\0views", "broken", "abc:e.cs\0" + "1\0reviews views-2"], keys)
            .Select(found => (found.FlagKey, found.Path, found.Line)).ShouldBe([("views.v2", "src/a b.cs", 12), ("views", "c.cs", 7)]);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    internal sealed class Known(params FlagRelease[] releases) : IFlagReleases
    {
        public Task<ImmutableDictionary<string, FlagRelease>> ListAsync(CancellationToken cancellationToken) => Task.FromResult(releases.ToImmutableDictionary(release => release.Id, StringComparer.Ordinal));
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
