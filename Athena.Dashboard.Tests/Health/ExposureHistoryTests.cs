using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;

namespace Athena.Dashboard.Tests.Health;

public sealed class ExposureHistoryTests
{
    private static readonly DateTimeOffset Noon = new(2030, 8, 15, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_share_holds_until_the_next_step_and_before_the_first_there_is_none()
    {
        ExposureStep[] steps = [new(Noon.AddMinutes(10), 0.01), new(Noon.AddMinutes(25.5), 0.1), new(Noon.AddMinutes(40), 0)];

        var line = ExposureHistory.Between(steps, Noon, Noon.AddHours(1));

        line[0].ShouldBe((Noon.AddMinutes(10), 0.01));
        line.ShouldContain((Noon.AddMinutes(25), 0.01));
        line.ShouldContain((Noon.AddMinutes(25.5), 0.1));
        line.ShouldContain((Noon.AddMinutes(39), 0.1));
        line[^1].ShouldBe((Noon.AddHours(1), 0));
        line.Select(sample => sample.At).ShouldBeInOrder();
    }

    [Fact]
    public void What_was_set_before_the_window_is_its_left_edge()
    {
        var line = ExposureHistory.Between([new(Noon.AddDays(-1), 0.25)], Noon, Noon.AddMinutes(10));

        line[0].ShouldBe((Noon, 0.25));
        line.ShouldAllBe(sample => sample.Fraction == 0.25);
    }

    [Fact]
    public void Without_steps_there_is_no_line() => ExposureHistory.Between([], Noon, Noon.AddHours(1)).ShouldBeEmpty();
}
