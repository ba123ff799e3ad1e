using System.Text;
using System.Text.Json;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Flags.Domain.Targeting;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags.Domain.Targeting;

public sealed class TargetingPropertyTests
{
    [Fact]
    public void The_compiled_evaluation_answers_as_the_plain_one()
    {
        const int Seed = 2026;
        var make = new RandomTargeting(new Random(Seed));
        var seen = new HashSet<Decider>();
        for (var round = 0; round < 1_500; round++)
        {
            var segments = Segments(make);
            var flags = new Dictionary<string, (Flag Flag, FlagEnvironment Setting)>(StringComparer.Ordinal);
            foreach (var key in new[] { "first", "needed", "third" })
            {
                var flag = make.Pick<Func<string, Flag>>(RandomTargeting.Boolean, RandomTargeting.Colours, RandomTargeting.WithoutOff)(key);
                flags[key] = (flag, make.Setting(flag, [.. segments.Keys], [.. flags.Values.Select(other => other.Flag)]));
            }

            // In whatever order they come: what depends on something that comes later is compiled again then.
            var snapshot = flags.Values.OrderBy(_ => make.Pick(1, 2, 3)).Aggregate(FlagSnapshot.Empty("production"), (before, flag) => before.With((flag.Flag, flag.Setting)));
            snapshot = segments.Values.Aggregate(snapshot, (before, segment) => before.WithSegments(segment));
            for (var user = 0; user < 12; user++)
            {
                var context = make.Context();
                var reference = new ReferenceEvaluator(flags, segments, context);
                var read = Read(context, snapshot);
                foreach (var key in flags.Keys)
                {
                    snapshot.TryFind(key, out var compiled).ShouldBeTrue();
                    var answer = compiled!.Evaluate(read).Answer;
                    seen.Add(answer.Decider);
                    Said(answer).ShouldBe(reference.Evaluate(key), $"seed {Seed}, round {round}, {key}, {context} of {JsonSerializer.Serialize(flags[key].Setting, Athena.Dashboard.Platform.Storage.JsonColumn.Options)}");
                    compiled.Explain(read).Evaluation.Answer.ShouldBeSameAs(answer);
                }
            }
        }

        seen.ShouldBe(Enum.GetValues<Decider>().Except([Decider.Failed]), ignoreOrder: true);
    }

    /// <summary>What may skip every question must never expose anybody: checked by evaluating before and after.</summary>
    [Fact]
    public void Nobody_gains_by_a_change_that_counts_as_lowering()
    {
        const int Seed = 1848;
        var make = new RandomTargeting(new Random(Seed));
        var counted = new Dictionary<ExposureEffect, int>();
        for (var round = 0; round < 12_000; round++)
        {
            var segments = Segments(make);
            var flag = make.Pick<Func<string, Flag>>(RandomTargeting.Boolean, RandomTargeting.Colours, RandomTargeting.WithoutOff)(Key);
            var before = make.Setting(flag, [.. segments.Keys], []);
            var after = make.Nudge(flag, before, [.. segments.Keys]);
            if (round % 3 == 0) after = make.Nudge(flag, after, [.. segments.Keys]);
            var effect = Exposure.Compare(before, after);
            counted[effect] = counted.GetValueOrDefault(effect) + 1;
            if (effect == ExposureEffect.Raises) continue;
            NobodyGains(make, flag, (before, segments), (after, segments), effect, $"seed {Seed}, round {round}");
        }

        counted[ExposureEffect.Lowers].ShouldBeGreaterThan(2_000);
        counted[ExposureEffect.Raises].ShouldBeGreaterThan(2_000);
    }

    [Fact]
    public void Nobody_gains_by_a_change_of_a_segment_that_counts_as_lowering()
    {
        const int Seed = 1871;
        var make = new RandomTargeting(new Random(Seed));
        var counted = new Dictionary<ExposureEffect, int>();
        for (var round = 0; round < 12_000; round++)
        {
            var before = Segments(make);
            var flag = RandomTargeting.Colours(Key);
            var setting = make.Setting(flag, [.. before.Keys], []);
            var key = make.Pick("seg0", "seg1");
            var nudged = make.Nudge(flag, setting with { Conditions = before[key].Conditions, Rules = [] }, []).Conditions;
            if (nudged.IsEmpty) continue;
            var after = new Dictionary<string, Segment>(before, StringComparer.Ordinal) { [key] = before[key] with { Conditions = nudged } };
            var effect = Exposure.CompareSegments(setting, before, after);
            counted[effect] = counted.GetValueOrDefault(effect) + 1;
            if (effect == ExposureEffect.Raises) continue;
            NobodyGains(make, flag, (setting, before), (setting, after), effect, $"seed {Seed}, round {round}");
        }

        counted[ExposureEffect.Lowers].ShouldBeGreaterThan(100);
        counted[ExposureEffect.Raises].ShouldBeGreaterThan(100);
    }

    private static void NobodyGains(
        RandomTargeting make,
        Flag flag,
        (FlagEnvironment Setting, Dictionary<string, Segment> Segments) before,
        (FlagEnvironment Setting, Dictionary<string, Segment> Segments) after,
        ExposureEffect effect,
        string where)
    {
        var off = flag.Variant(Variant.Off)?.Name ?? "";
        for (var user = 0; user < 10; user++)
        {
            var context = make.Context();
            var was = Evaluate(before);
            var became = Evaluate(after);
            var gained = became != was && became != off && !(became == "!" && was != off);
            gained.ShouldBeFalse($"{where}: {context} got {was} and gets {became}, said to be {effect}");
            if (effect == ExposureEffect.Same) became.ShouldBe(was, where);

            string Evaluate((FlagEnvironment Setting, Dictionary<string, Segment> Segments) state) => new ReferenceEvaluator(
                new Dictionary<string, (Flag, FlagEnvironment)>(StringComparer.Ordinal) { [flag.Key] = (flag, state.Setting) }, state.Segments, context).Evaluate(flag.Key);
        }
    }

    private static Dictionary<string, Segment> Segments(RandomTargeting make)
    {
        var first = new Segment { Key = "seg0", Name = "0", CreatedAt = Now, Conditions = make.Conditions([], atLeast: 1) };
        var second = new Segment { Key = "seg1", Name = "1", CreatedAt = Now, Conditions = make.Conditions(["seg0"], atLeast: 1) };
        return new(StringComparer.Ordinal) { ["seg0"] = first, ["seg1"] = second };
    }

    private static EvaluationContext Read(JsonElement context, FlagSnapshot snapshot)
    {
        var read = new EvaluationContext();
        read.Read(Encoding.UTF8.GetBytes($$"""{"context":{{context.GetRawText()}}}"""), snapshot.Attributes).ShouldBeNull();
        return read;
    }

    private static string Said(Answer answer) => answer.IsFailure ? "!" : answer.Variant?.Name ?? "";
}
