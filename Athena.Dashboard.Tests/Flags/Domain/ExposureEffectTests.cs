using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags.Domain;

public sealed class ExposureEffectTests
{
    private static readonly string[] Words = ["a", "b", "c"];

    /// <summary>What may skip confirmation must never expose anybody: checked by evaluating random settings before and after.</summary>
    [Fact]
    public void A_change_that_counts_as_lowering_exposes_nobody_new()
    {
        const int Seed = 1789;
        var random = new Random(Seed);
        var counted = new Dictionary<ExposureEffect, int>();
        for (var round = 0; round < 20_000; round++)
        {
            var before = RandomSetting(random, On);
            var after = random.Next(2) == 0 ? RandomSetting(random, On) : Nudge(random, before);
            var effect = Exposure.Compare(before, after);
            counted[effect] = counted.GetValueOrDefault(effect) + 1;
            if (effect == ExposureEffect.Raises) continue;
            for (var user = 0; user < 8; user++)
            {
                var context = new (string, string)[]
                {
                    ("targetingKey", $"u{random.Next(1000)}"),
                    ("x", Words[random.Next(3)]),
                    (random.Next(2) == 0 ? "y" : "z", Words[random.Next(3)]),
                    ("cohorts", Words[random.Next(3)]),
                };
                var gained = Evaluate(after, context).IsTrue && !Evaluate(before, context).IsTrue;
                gained.ShouldBeFalse($"seed {Seed}, round {round}: {before} → {after} was said to be {effect}");
            }
        }

        counted.Keys.Count.ShouldBe(3);
        counted.Values.ShouldAllBe(count => count > 200);
    }

    [Fact]
    public void A_schedule_counts_by_what_it_will_do()
    {
        Exposure.Compare(Off, Off with { EnableAt = Now }).ShouldBe(ExposureEffect.Raises);
        Exposure.Compare(Off with { EnableAt = Now }, Off).ShouldBe(ExposureEffect.Lowers);
        Exposure.Compare(On, On with { DisableAt = Now }).ShouldBe(ExposureEffect.Lowers);
        Exposure.Compare(On with { DisableAt = Now }, On).ShouldBe(ExposureEffect.Raises);
        Exposure.Compare(On with { DisableAt = Now }, On with { DisableAt = Now.AddDays(1) }).ShouldBe(ExposureEffect.Raises);
        Exposure.Compare(Off, Off with { Percentage = Percentage.Zero }).ShouldBe(ExposureEffect.Same);
    }

    private static FlagEnvironment RandomSetting(Random random, FlagEnvironment seed) => seed with
    {
        Enabled = random.Next(4) > 0,
        Percentage = Percentage.From(random.Next(0, 5) * 25),
        Conditions = [.. new[] { "x", "y", "z" }.Where(_ => random.Next(3) == 0).Select(name => Condition.Is(name, Some(random)))],
        Audience = random.Next(2) == 0 ? [] : Some(random),
        Fallback = random.Next(6) == 0 ? Variant.On : Variant.Off,
        BucketBy = random.Next(6) == 0 ? "x" : ContextNames.TargetingKey,
    };

    private static FlagEnvironment Nudge(Random random, FlagEnvironment setting) => random.Next(5) switch
    {
        0 => setting with { Enabled = !setting.Enabled },
        1 => setting with { Percentage = Percentage.From(random.Next(0, 5) * 25) },
        2 => setting with { Audience = Some(random) },
        3 => setting with { Conditions = setting.Conditions.RemoveAll(condition => condition is Condition.Clause { Attribute: "x" }).Add(Condition.Is("x", Some(random))) },
        _ => setting,
    };

    private static ImmutableArray<string> Some(Random random) => [.. Words.Where(_ => random.Next(2) == 0).DefaultIfEmpty("a")];
}
