using System.Globalization;
using System.Text;
using Athena.Dashboard.Flags.Domain.Evaluation;

namespace Athena.Dashboard.Tests.Flags.Domain;

public sealed class UserSketchTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(10, 1)]
    [InlineData(75, 3)]
    [InlineData(750, 25)]
    [InlineData(20_000, 1000)]
    [InlineData(1_000_000, 50_000)]
    public void Different_users_are_counted_to_a_few_percent(int users, int error)
    {
        foreach (var prefix in (string[])["user-", "0196a000-0000-7000-8000-", ""])
        {
            var sketch = new UserSketch();
            Add(sketch, prefix, 0, users);
            Math.Abs(EstimateOf(sketch) - users).ShouldBeLessThanOrEqualTo(error, $"{prefix}: {EstimateOf(sketch)}");
        }
    }

    [Fact]
    public void Whoever_comes_again_changes_nothing()
    {
        var sketch = new UserSketch();
        sketch.TakeChanged().ShouldBeFalse();
        Add(sketch, "user-", 0, 500);
        sketch.TakeChanged().ShouldBeTrue();
        var before = EstimateOf(sketch);
        for (var i = 0; i < 20; i++) Add(sketch, "user-", 0, 500);
        sketch.Add([]);
        EstimateOf(sketch).ShouldBe(before);
        sketch.TakeChanged().ShouldBeFalse();
    }

    [Fact]
    public void Sketches_of_two_nodes_are_one_of_all_their_users()
    {
        var (one, other, both) = (new UserSketch(), new UserSketch(), new UserSketch());
        Add(one, "user-", 0, 3000);
        Add(other, "user-", 2000, 5000);
        Add(both, "user-", 0, 5000);
        var merged = new byte[UserSketch.Registers];
        one.MergeInto(merged);
        other.MergeInto(merged);
        one.MergeInto(merged);
        UserSketch.Estimate(merged).ShouldBe(EstimateOf(both));
    }

    [Fact]
    public void Threads_that_add_at_once_lose_nobody()
    {
        var (together, alone) = (new UserSketch(), new UserSketch());
        Parallel.For(0, 8, thread => Add(together, "user-", thread * 5000, (thread * 5000) + 10_000));
        Add(alone, "user-", 0, 45_000);
        EstimateOf(together).ShouldBe(EstimateOf(alone));
    }

    [Fact]
    public void Adding_allocates_nothing()
    {
        var sketch = new UserSketch();
        var users = Enumerable.Range(0, 1000).Select(i => Encoding.UTF8.GetBytes($"user-{i}")).ToArray();
        sketch.Add(users[0]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var user in users) sketch.Add(user);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static void Add(UserSketch sketch, string prefix, int from, int to)
    {
        for (var i = from; i < to; i++) sketch.Add(Encoding.UTF8.GetBytes(prefix + i.ToString("D6", CultureInfo.InvariantCulture)));
    }

    private static long EstimateOf(UserSketch sketch)
    {
        var registers = new byte[UserSketch.Registers];
        sketch.MergeInto(registers);
        return UserSketch.Estimate(registers);
    }
}
