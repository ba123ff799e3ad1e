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
            if (!document.Unreadable.IsEmpty) continue;
            kept++;
            var read = document.Flags.ShouldHaveSingleItem();
            var after = read.Settings[0].Settings.AppliedTo(setting) with { Enabled = read.Settings[0].Enabled };
            var again = flag with { Variants = read.Variants };
            for (var user = 0; user < 15; user++)
            {
                var context = make.Context();
                var (was, became) = (Evaluate(flag, setting, segment, context), Evaluate(again, after, document.Segments[0], context));
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
        (await world.Segments.MakeAsync(
            SegmentChange.Create(new("staff", "Staff: the \"team\"", [new Condition.Clause("mail", ClauseOperator.EndsWith, ["@example.com", "no", "5"])])), "test", null, world.Manager, CancellationToken.None)).Accepted();
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
        (await files.CompareAsync(FlagsAsCode.Read(yaml, null).Accepted(), CancellationToken.None)).Accepted().ShouldBeEmpty(yaml);

        using var other = await FlagWorld.CreateAsync(DatabaseKind.Sqlite);
        // The versions are those of the other installation.
        var document = FlagsAsCode.Read(yaml, null).Accepted();
        document = document with { Flags = [.. document.Flags.Select(flag => flag with { Settings = [.. flag.Settings.Select(setting => setting with { Version = null })] })] };
        (await Files(other).ApplyAsync(document, "moved", null, other.Manager, CancellationToken.None)).Refusal!.Items.ShouldContain(item => PathOf(item) == $"flags.{Key}.production.confirmation");
        (await other.Queries.ListAllAsync(CancellationToken.None)).ShouldBeEmpty("all of it or nothing");
        (await Files(other).ApplyAsync(document, "moved", new Consent("production", Override: true), other.Manager, CancellationToken.None)).Accepted().Applied.ShouldNotBeEmpty();
        (await Files(other).CompareAsync(document, CancellationToken.None)).Accepted().ShouldBeEmpty();
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
        (await Files(other).CompareAsync(FlagsAsCode.Read(yaml, null).Accepted(), CancellationToken.None)).Accepted().ShouldBeEmpty();
        var bigger = FlagsAsCode.Read(yaml.Replace("2.5", "3", StringComparison.Ordinal), null).Accepted();
        (await Files(other).CompareAsync(bigger, CancellationToken.None)).Accepted().ShouldHaveSingleItem().Place.ShouldBe($"flags.{Key}.variants");
        // What a file says nothing of stays.
        (await Files(other).CompareAsync(FlagsAsCode.Read($"flags:\n  {Key}: {{name: {Key}}}\n", null).Accepted(), CancellationToken.None)).Accepted().ShouldBeEmpty();
        (await Files(other).ApplyAsync(bigger, "again", default, other.Manager, CancellationToken.None)).Accepted();
        (await other.Queries.FindViewAsync(Key, CancellationToken.None))!.Flag.Variant("on")!.Payload!["size"].Text.ShouldBe("3");
        (await other.SwitchAsync(on: true)).Enabled.ShouldBeTrue();
        (await Files(other).ApplyAsync(FlagsAsCode.Read(yaml, null).Accepted(), "back", default, other.Manager, CancellationToken.None)).Refusal!.Items.ShouldContain(item => item.Place.EndsWith(".confirmation", StringComparison.Ordinal));
        FlagsAsCode.Read("flags:\n  a:\n    payloads: {red: {x: 1}, on: 3}\n", null).Refusal!.Items.Select(item => item.Place).ShouldBe(["line 3, column 16, flags.a.payloads.red", "line 3, column 29, flags.a.payloads.on"]);
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
        conflicts.Items.Select(PathOf).ShouldBe([$"flags.{Key}", $"flags.{Key}.production", "flags.another.nowhere"], ignoreOrder: true);
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
        FlagsAsCode.Read(yaml, null).Refusal.ShouldNotBeNull().Items.ShouldContain(item => item.Place.StartsWith("line ", StringComparison.Ordinal) ? item.Place.Contains(place, StringComparison.Ordinal) : item.Place == place);

    [Theory]
    [InlineData("""{"flags":{"a":{"state":"ENABLED","variants":{"on":true,"off":false},"defaultVariant":"on","targeting":{"if":[{"==":[{"%":[{"var":"n"},2]},0]},"on"]}}}}""", "flags.a.targeting.if[0]")]
    [InlineData("""{"flags":{"a":{"state":"ON","variants":{"on":true},"defaultVariant":"on"}}}""", "flags.a.state")]
    [InlineData("""{"flags":{"a":{"state":"ENABLED","variants":{"on":true},"defaultVariant":"on"},"a":{"state":"ENABLED","variants":{"on":true},"defaultVariant":"on"}}}""", "flags.a")]
    [InlineData("""{"flags":[]}""", "flags")]
    [InlineData("{", "line 1")]
    public void A_file_of_flagd_that_has_no_counterpart_is_refused_by_place(string json, string place) =>
        FlagsAsCode.Read(json, "production").Refusal.ShouldNotBeNull().Items.ShouldContain(item => item.Place.StartsWith("line ", StringComparison.Ordinal) ? item.Place.Contains(place, StringComparison.Ordinal) : item.Place == place);

    /// <summary>Every fault there is, form and meaning, where it stands, in the order of the file.</summary>
    [Fact]
    public async Task All_that_is_wrong_with_a_file_is_told_at_once_by_line_and_column()
    {
        const string yaml = """
            flags:
              a:
                variants: {on: 1, off: 0}
                environments:
                  staging:
                    percentage: 12.34567
                    serve:
                      split:
                        - {variant: on, weight: 0}
                        - {variant: of, weight: 0}
              b:
                surprise: 1
                variants: {on: 1, off: "0"}
                environments:
                  staging:
                    conditions:
                      plan: [pro]
                      "": [x]
                    prerequisites: [{flag: c}]
              c:
                environments:
                  staging:
                    prerequisites: [{flag: b}]
              c: {}
            segments:
              round:
                conditions: [{segment: round}]
            """;
        FlagsAsCode.Read(yaml, null).Refusal!.Items.Select(item => item.Place + " " + item.Message).ShouldBe(
        [
            "line 24, column 3 The key c is there twice.",
            "line 6, column 9, flags.a.environments.staging.percentage cannot be read",
            "line 8, column 11, flags.a.staging.serve.split has weights of a wrong sum",
            "line 10, column 16, flags.a.staging.serve.split[1].variant is not a variant of the flag",
            "line 12, column 5, flags.b.surprise is not understood",
            "line 13, column 5, flags.b.variants have values of different types",
            "line 18, column 11, flags.b.staging.conditions[1].attribute has a wrong length",
            "line 19, column 9, flags.b.staging.prerequisites come back to the flag itself",
            "line 23, column 9, flags.c.staging.prerequisites come back to the flag itself",
            "line 27, column 5, segments.round.conditions would make the segment a part of itself",
        ]);

        // What only this installation can know is told before anything is applied, and again when it is tried.
        using var world = await FlagWorld.CreateAsync(DatabaseKind.Sqlite);
        await world.GivenFlagAsync();
        const string unknown = $$"""
            flags:
              {{Key}}:
                environments:
                  staging:
                    conditions: [{segment: nobody}]
                    rules:
                      - serve: red
                    prerequisites: [{flag: nowhere}, {flag: back}]
                  nowhere: {}
              back:
                environments:
                  staging:
                    prerequisites: [{flag: {{Key}}}]
            """;
        string[] expected =
        [
            $"line 5, column 23, flags.{Key}.staging.conditions[0].segment is not a segment",
            $"line 7, column 13, flags.{Key}.staging.rules[0].serve.variant is not a variant of the flag",
            $"line 8, column 9, flags.{Key}.staging.prerequisites come back to the flag itself",
            $"line 8, column 26, flags.{Key}.staging.prerequisites[0].flag is not a flag",
            $"line 9, column 7, flags.{Key}.nowhere is not an environment",
            "line 13, column 9, flags.back.staging.prerequisites come back to the flag itself",
        ];
        var document = FlagsAsCode.Read(unknown, null).Accepted();
        (await Files(world).CompareAsync(document, CancellationToken.None)).Refusal!.Items.Select(item => item.Place + " " + item.Message).ShouldBe(expected);
        (await Files(world).ApplyAsync(document, "x", default, world.Manager, CancellationToken.None)).Refusal!.Items.Select(item => item.Place + " " + item.Message).ShouldBe(expected);

        const string flagd = """
            {
              "flags": {
                "ä": { "state": "ON", "variants": {"on": true, "off": 0}, "state": "ENABLED",
                  "targeting": {"fractional": [{"cat": [{"var": "$flagd.flagKey"}, {"var": "targetingKey"}]}, ["on", 1.5], ["red", 0]]} }
              },
              "$evaluators": { "s": {"==": [{"%": [{"var": "n"}, 2]}, 0]} }
            }
            """;
        FlagsAsCode.Read(flagd, "production").Refusal!.Items.Select(item => item.Place + " " + item.Message).ShouldBe(
        [
            "line 3, column 5, flags.ä.key is not a flag key",
            "line 3, column 12, flags.ä.state is there twice",
            "line 3, column 27, flags.ä.variants have values of different types",
            "line 4, column 7, flags.ä.production.serve.split[1].variant is not a variant of the flag",
            "line 4, column 99, flags.ä.targeting.fractional[1] is not a share",
            "line 6, column 20, $evaluators.s has no counterpart here",
        ]);
    }

    private static string PathOf(RefusalItem item) => item.Place[(item.Place.LastIndexOf(", ", StringComparison.Ordinal) + 2)..];

    private static FlagsAsCode Files(FlagWorld world) => new(world.Store, world.Snapshots, world.Queries, new SegmentQueries(world.Store), new Process.FixedProcessCatalog());
}
