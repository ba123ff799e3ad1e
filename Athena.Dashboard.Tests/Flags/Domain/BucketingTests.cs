using System.Text;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Platform.Kernel;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags.Domain;

public sealed class BucketingTests
{
    [Fact]
    public void A_bucket_is_the_hash_of_key_and_value_scaled_to_a_hundred_thousand()
    {
        var flag = Compile(On);
        foreach (var user in Enumerable.Range(0, 200).Select(i => $"user-{i}"))
        {
            var hash = Murmur3.Hash(Encoding.UTF8.GetBytes(Key + user));
            flag.BucketOf(Encoding.UTF8.GetBytes(user)).ShouldBe((int)((ulong)hash * 100_000 >> 32));
        }
    }

    [Theory]
    [InlineData("0.001")]
    [InlineData("0.1")]
    [InlineData("1")]
    [InlineData("10")]
    [InlineData("25")]
    [InlineData("50")]
    public void A_percentage_exposes_that_share_of_users(string percent)
    {
        const int Users = 400_000;
        var share = Percentage.From(decimal.Parse(percent, System.Globalization.CultureInfo.InvariantCulture));
        var flag = Compile(On with { Percentage = share });
        var exposed = Exposed(flag, Users1To(Users)).Count;
        var expected = Users * share.Fraction;
        var deviation = Math.Sqrt(Users * share.Fraction * (1 - share.Fraction));
        // Five standard deviations: the users are always the same, so this either holds for ever or never did.
        ((double)exposed).ShouldBeInRange(expected - (5 * deviation), expected + (5 * deviation));
    }

    [Fact]
    public void Raising_only_adds_users_and_lowering_removes_those_added_last()
    {
        const int Seed = 815;
        var random = new Random(Seed);
        var users = Users1To(3_000).ToArray();
        var path = Enumerable.Range(0, 60).Select(_ => Percentage.FromThousandths(random.Next(0, 100_001))).ToArray();
        var before = ExposedAt(path[0], users);
        for (var step = 1; step < path.Length; step++)
        {
            var now = ExposedAt(path[step], users);
            var (smaller, larger) = path[step] >= path[step - 1] ? (before, now) : (now, before);
            smaller.ShouldBeSubsetOf(larger, $"seed {Seed}, step {step}: {path[step - 1]} to {path[step]}");
            now.ShouldBe(ExposedAt(path[step], users));
            before = now;
        }
    }

    [Fact]
    public void Pausing_restarting_and_rolling_back_never_reshuffles()
    {
        var users = Users1To(3_000).ToArray();
        var first = ExposedAt(Percentage.From(10), users);
        ExposedAt(Percentage.Zero, users).ShouldBeEmpty();
        ExposedAt(Percentage.From(10), users).ShouldBe(first);
        var otherRollout = On with { Percentage = Percentage.From(10), RolloutId = Guid.CreateVersion7(Now), Version = 99, Conditions = [] };
        Exposed(Compile(otherRollout), users).ShouldBe(first);
        var elsewhere = Compile(On with { Environment = "staging", Percentage = Percentage.From(10) });
        Exposed(elsewhere, users).ShouldBe(first);
    }

    [Fact]
    public void Two_flags_expose_different_users_first()
    {
        var users = Users1To(20_000).ToArray();
        var ten = On with { Percentage = Percentage.From(10) };
        var one = Exposed(Compile(ten), users);
        var other = Exposed(Compile(ten with { FlagKey = "other" }, Views with { Key = "other" }), users);
        // Independent orders share a tenth of a tenth, 200 of 20,000; 5 standard deviations are 70.
        one.Intersect(other, StringComparer.Ordinal).Count().ShouldBeInRange(130, 270);
    }

    private static List<string> ExposedAt(Percentage percentage, byte[][] users) => Exposed(Compile(On with { Percentage = percentage }), users);

    private static List<string> Exposed(CompiledFlag flag, IEnumerable<byte[]> users)
    {
        var context = new EvaluationContext();
        var exposed = new List<string>();
        foreach (var user in users)
        {
            context.Begin(AttributeTable.Initial);
            var name = Encoding.UTF8.GetString(user);
            context.Set(ContextNames.TargetingKey, name);
            if (flag.Evaluate(context).IsTrue) exposed.Add(name);
        }

        return exposed;
    }

    private static IEnumerable<byte[]> Users1To(int count) =>
        Enumerable.Range(1, count).Select(i => Encoding.UTF8.GetBytes($"user-{i}"));
}
