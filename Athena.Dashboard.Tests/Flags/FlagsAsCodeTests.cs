using System.Text.Json;
using Athena.Dashboard.Flags;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.AsCode;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Tests.Flags.Domain.Targeting;
using Athena.Dashboard.Tests.Infrastructure;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags;

public sealed class FlagsAsCodeTests
{
    /// <summary>Random flags out in flagd's format and in again answer everybody as before, bucket for bucket.</summary>
    [Fact]
    public void What_goes_through_flagds_format_answers_everybody_as_before()
    {
        const int Seed = 1969;
        var make = new RandomTargeting(new Random(Seed));
        var (kept, refused) = (0, 0);
        for (var round = 0; round < 1_500; round++)
        {
            var segment = new Segment { Key = "seg0", Name = "seg0", CreatedAt = Now, Conditions = make.Conditions([], atLeast: 1) };
            var flag = make.Pick<Func<string, Flag>>(RandomTargeting.Boolean, RandomTargeting.Colours, RandomTargeting.WithoutOff)(Key);
            var setting = make.Setting(flag, ["seg0"], []) with { Prerequisites = [], Audience = [], BucketBy = "targetingKey" };
            var written = FlagdWriter.Write([(flag, setting)], [segment]);
            if (!written.IsAccepted)
            {
                written.Refusal.Items.ShouldAllBe(item => item.Message.Contains("counterpart", StringComparison.Ordinal));
                refused++;
                continue;
            }

            var document = FlagdReader.Read(JsonSerializer.Deserialize<JsonElement>(written.Value.ToJsonString()), "production");
            // A split of percentage and variants together is said by a comparison of fractions, which is not read back.
            if (!document.IsAccepted) continue;
            kept++;
            var read = document.Value.Flags.ShouldHaveSingleItem();
            var after = read.Settings[0].Settings.AppliedTo(setting) with { Enabled = read.Settings[0].Enabled };
            var again = flag with { Variants = read.Variants };
            for (var user = 0; user < 15; user++)
            {
                var context = make.Context();
                var (was, became) = (Evaluate(flag, setting, segment, context), Evaluate(again, after, document.Value.Segments[0], context));
                became.ShouldBe(was, $"seed {Seed}, round {round}, {context}: {written.Value}");
            }
        }

        kept.ShouldBeGreaterThan(200);
        refused.ShouldBeGreaterThan(100);

        static string Evaluate(Flag flag, FlagEnvironment setting, Segment segment, JsonElement context) => new ReferenceEvaluator(
            new Dictionary<string, (Flag, FlagEnvironment)>(StringComparer.Ordinal) { [flag.Key] = (flag, setting) },
            new Dictionary<string, Segment>(StringComparer.Ordinal) { ["seg0"] = segment },
            context).Evaluate(flag.Key);
    }

    [Fact]
    public async Task What_is_exported_changes_nothing_when_it_comes_back_and_everything_elsewhere()
    {
        using var world = await FlagWorld.CreateAsync(DatabaseKind.Sqlite);
        var files = Files(world);
        await world.GivenFlagAsync("base");
        await world.GivenFlagAsync();
        (await new SegmentService(world.Store, world.Snapshots, new Process.FixedProcessCatalog()).CreateAsync(
            new SegmentDescription("staff", "Staff: the \"team\"", [new Condition.Clause("mail", ClauseOperator.EndsWith, ["@example.com", "no", "5"])]), "test", null, world.Manager, CancellationToken.None)).Accepted();
        var on = await world.SwitchAsync(on: true);
        (await world.Service.EditAsync(
            Key,
            "production",
            on.Version,
            new FlagSettings([Is("plan", "pro", "true", "1.0")], Percentage.From(12.5m), ["beta"]) { Rules = [new("r", [new Condition.InSegment("staff")], Serving.Of("off"))], Prerequisites = [new("base")] },
            "test",
            new Consent("production", Override: true),
            world.Manager,
            CancellationToken.None)).Accepted();

        var yaml = (await files.ExportAsync(null, CancellationToken.None)).Accepted();
        (await files.CompareAsync(FlagsAsCode.Read(yaml, null).Accepted(), CancellationToken.None)).ShouldBeEmpty(yaml);

        using var other = await FlagWorld.CreateAsync(DatabaseKind.Sqlite);
        // The versions are those of the other installation.
        var document = FlagsAsCode.Read(yaml, null).Accepted();
        document = document with { Flags = [.. document.Flags.Select(flag => flag with { Settings = [.. flag.Settings.Select(setting => setting with { Version = null })] })] };
        (await Files(other).ApplyAsync(document, "moved", null, other.Manager, CancellationToken.None)).Refusal!.Items.ShouldContain(item => item.Place == $"flags.{Key}.production.confirmation");
        (await other.Queries.ListAllAsync(CancellationToken.None)).ShouldBeEmpty("all of it or nothing");
        (await Files(other).ApplyAsync(document, "moved", new Consent("production", Override: true), other.Manager, CancellationToken.None)).Accepted().Applied.ShouldNotBeEmpty();
        (await Files(other).CompareAsync(document, CancellationToken.None)).ShouldBeEmpty();
        other.Snapshots.Find("production")!.TryFind(Key, out var compiled).ShouldBeTrue();
        compiled!.Setting.Prerequisites.ShouldBe([new("base")]);
    }

    [Fact]
    public async Task Payloads_go_with_their_variants_into_a_file_and_out_of_it()
    {
        using var world = await FlagWorld.CreateAsync(DatabaseKind.Sqlite);
        var payload = System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("colour", JsonValue.From(System.Text.Json.JsonSerializer.SerializeToElement("red: #f00"))), KeyValuePair.Create("size", JsonValue.From(System.Text.Json.JsonSerializer.SerializeToElement(2.5)))]);
        (await world.Service.CreateAsync(new FlagDescription(Key, Key, Athena.Dashboard.Flags.Contracts.FlagKind.Release, Variants: [new Variant("on", JsonValue.True, payload), new Variant("off", JsonValue.False)]), world.Manager, CancellationToken.None)).Accepted();
        var yaml = (await Files(world).ExportAsync(null, CancellationToken.None)).Accepted();
        using var other = await FlagWorld.CreateAsync(DatabaseKind.Sqlite);
        (await Files(other).ApplyAsync(FlagsAsCode.Read(yaml, null).Accepted(), "moved", default, other.Manager, CancellationToken.None)).Accepted();
        (await other.Queries.FindViewAsync(Key, CancellationToken.None))!.Flag.Variant("on")!.Payload!.ShouldBe(payload);
        (await Files(other).CompareAsync(FlagsAsCode.Read(yaml, null).Accepted(), CancellationToken.None)).ShouldBeEmpty();
        var bigger = FlagsAsCode.Read(yaml.Replace("2.5", "3", StringComparison.Ordinal), null).Accepted();
        (await Files(other).CompareAsync(bigger, CancellationToken.None)).ShouldHaveSingleItem().Place.ShouldBe($"flags.{Key}.variants");
        // What a file says nothing of stays.
        (await Files(other).CompareAsync(FlagsAsCode.Read($"flags:\n  {Key}: {{name: {Key}}}\n", null).Accepted(), CancellationToken.None)).ShouldBeEmpty();
        (await Files(other).ApplyAsync(bigger, "again", default, other.Manager, CancellationToken.None)).Accepted();
        (await other.Queries.FindViewAsync(Key, CancellationToken.None))!.Flag.Variant("on")!.Payload!["size"].Text.ShouldBe("3");
        (await other.SwitchAsync(on: true)).Enabled.ShouldBeTrue();
        (await Files(other).ApplyAsync(FlagsAsCode.Read(yaml, null).Accepted(), "back", default, other.Manager, CancellationToken.None)).Refusal!.Items.ShouldContain(item => item.Place.EndsWith(".confirmation", StringComparison.Ordinal));
        FlagsAsCode.Read("flags:\n  a:\n    payloads: {red: {x: 1}, on: 3}\n", null).Refusal!.Items.Select(item => item.Place).ShouldBe(["flags.a.payloads.red", "flags.a.payloads.on"]);
    }

    [Fact]
    public async Task Conflicts_are_named_all_at_once()
    {
        using var world = await FlagWorld.CreateAsync(DatabaseKind.Sqlite);
        var files = Files(world);
        await world.GivenFlagAsync();
        var yaml = (await files.ExportAsync(null, CancellationToken.None)).Accepted();
        await world.SwitchAsync(on: true);
        var conflicts = (await files.ApplyAsync(
            FlagsAsCode.Read(yaml.Replace("type: release", "type: operational", StringComparison.Ordinal).Replace("segments:", "  another:\n    environments: {nowhere: {enabled: true}}\nsegments:", StringComparison.Ordinal), null).Accepted(),
            "test",
            new Consent("production", Override: true),
            world.Manager,
            CancellationToken.None)).Refusal.ShouldNotBeNull();
        conflicts.Code.ShouldBe("import_conflicts");
        conflicts.Items.Select(item => item.Place).ShouldBe([$"flags.{Key}", $"flags.{Key}.production", "flags.another.nowhere"], ignoreOrder: true);
        (await world.Queries.FindAsync("another", CancellationToken.None)).ShouldBeNull();
    }

    [Theory]
    [InlineData("flags: {a: {name: x}, a: {name: y}}", "line 1")]
    [InlineData("flags: {a: &x {name: x}, b: *x}", "line 1")]
    [InlineData("flags: {a: {surprise: 1}}", "flags.a.surprise")]
    [InlineData("flags: {a: {environments: {production: {percentage: 101}}}}", "flags.a.environments.production")]
    [InlineData("flags: {a: {environments: {production: {rules: [{name: x}]}}}}", "flags.a.environments.production.rules[0].serve")]
    [InlineData("- flags", "file")]
    [InlineData("flag: {}", "file.flag")]
    [InlineData("flags: {a: {type: odd}}", "flags.a.type")]
    public void A_file_that_makes_no_sense_is_refused_by_place(string yaml, string place) =>
        FlagsAsCode.Read(yaml, null).Refusal.ShouldNotBeNull().Items.ShouldContain(item => item.Place.StartsWith(place, StringComparison.Ordinal));

    [Theory]
    [InlineData("""{"flags":{"a":{"state":"ENABLED","variants":{"on":true,"off":false},"defaultVariant":"on","targeting":{"if":[{"==":[{"%":[{"var":"n"},2]},0]},"on"]}}}}""", "flags.a.targeting.if[0]")]
    [InlineData("""{"flags":{"a":{"state":"ON","variants":{"on":true},"defaultVariant":"on"}}}""", "flags.a.state")]
    [InlineData("""{"flags":{"a":{"state":"ENABLED","variants":{"on":true},"defaultVariant":"on"},"a":{"state":"ENABLED","variants":{"on":true},"defaultVariant":"on"}}}""", "flags.a")]
    [InlineData("""{"flags":[]}""", "flags")]
    [InlineData("{", "line 1")]
    public void A_file_of_flagd_that_has_no_counterpart_is_refused_by_place(string json, string place) =>
        FlagsAsCode.Read(json, "production").Refusal.ShouldNotBeNull().Items.ShouldContain(item => item.Place.StartsWith(place, StringComparison.Ordinal));

    private static FlagsAsCode Files(FlagWorld world) => new(world.Store, world.Snapshots, world.Queries, new SegmentQueries(world.Store), new Process.FixedProcessCatalog());
}
