using Athena.Dashboard.Health.Domain;
using static Athena.Dashboard.Tests.Health.HealthBuilders;

namespace Athena.Dashboard.Tests.Health;

/// <summary>Windows add up as plain sums do, whatever is counted.</summary>
public sealed class TallyPageTests
{
    [Fact]
    public void Small_and_huge_counts_own_ones_and_what_is_taken_out_again_add_up()
    {
        const int seed = 20261123;
        for (var round = 0; round < 30; round++)
        {
            var random = new Random(seed + round);
            var (windows, expected) = (new ArmWindows(), new Tally());
            var taken = new List<HealthBatch>();
            for (var step = 0; step < 300; step++)
            {
                var tally = Counts(random.NextInt64(random.Next(20) == 0 ? 1_000_000_000_000 : 1000), random.Next(9), meanMs: random.Next(1, 9000), score: random.Next(6), scores: random.Next(4));
                if (random.Next(3) == 0) tally.AddOwn("checkouts", random.Next(100));
                var batch = Batch(Noon.AddSeconds(-random.Next(600)), tally);
                windows.Add(batch);
                if (random.Next(5) == 0) windows.TakeOut(batch);
                else taken.Add(batch);
            }

            foreach (var batch in taken) expected.Add(batch.Exposed!);
            var sum = new Tally();
            windows.Exposed.AddTo(sum, Noon.AddHours(-1), Noon, Noon);
            foreach (var slot in Enum.GetValues<CountSlot>()) sum[slot].ShouldBe(expected[slot], $"{slot}, seed {seed + round}");
            sum.Buckets.ToArray().ShouldBe(expected.Buckets.ToArray());
            sum.Own.GetValueOrDefault("checkouts").ShouldBe(expected.Own.GetValueOrDefault("checkouts"));
        }
    }
}
