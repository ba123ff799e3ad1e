using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Releases.Domain;
using static Athena.Dashboard.Tests.Releases.ReleaseSamples;

namespace Athena.Dashboard.Tests.Releases.Domain;

public sealed class ReleaseScheduleTests
{
    private static readonly DateOnly Target = new(2025, 8, 15);

    [Fact]
    public void A_minor_release_takes_three_weeks_before_its_date_and_one_from_it()
    {
        var milestones = Of("minor").Milestones;

        milestones.Select(milestone => (milestone.Title, milestone.First, milestone.Last)).ShouldBe(
        [
            ("Development", new DateOnly(2025, 7, 25), new DateOnly(2025, 7, 31)),
            ("Testing & Integration", new DateOnly(2025, 8, 1), new DateOnly(2025, 8, 7)),
            ("Quality Gates", new DateOnly(2025, 8, 8), new DateOnly(2025, 8, 14)),
            ("Release", new DateOnly(2025, 8, 15), new DateOnly(2025, 8, 21)),
        ]);
        milestones.Single(milestone => milestone.IsRelease).Title.ShouldBe("Release");
    }

    [Theory]
    [InlineData("major", "2025-06-13", "2025-07-25", "2025-08-15")]
    [InlineData("minor", "2025-07-26", "2025-08-08", "2025-08-15")]
    [InlineData("patch", "2025-08-14", "2025-08-15", "2025-08-15")]
    [InlineData("hotfix", "2025-08-16", "2025-08-16", "2025-08-16")]
    public void Gates_are_due_when_the_phase_that_they_guard_begins(string type, string preDevelopment, string development, string release)
    {
        var due = Of(type).Gates.ToDictionary(gate => gate.Set, gate => ReleaseDay.Of(gate.DueAt, "Europe/Berlin").ToString("O"));

        due["pre-development"].ShouldBe(preDevelopment);
        due["development"].ShouldBe(development);
        due["pre-release"].ShouldBe(release);
        due["production"].ShouldBe(release);
    }

    [Fact]
    public void Days_begin_by_the_zone_on_both_sides_of_a_clock_change()
    {
        ReleaseDay.StartOf(new DateOnly(2025, 3, 30), "Europe/Berlin").ShouldBe(new DateTimeOffset(2025, 3, 29, 23, 0, 0, TimeSpan.Zero));
        ReleaseDay.StartOf(new DateOnly(2025, 3, 31), "Europe/Berlin").ShouldBe(new DateTimeOffset(2025, 3, 30, 22, 0, 0, TimeSpan.Zero));
        // 02:30 does not exist on that night, and exists twice in October.
        ReleaseDay.At(new DateOnly(2025, 3, 30), new TimeOnly(2, 30), "Europe/Berlin").ShouldBe(new DateTimeOffset(2025, 3, 30, 1, 30, 0, TimeSpan.Zero));
        ReleaseDay.At(new DateOnly(2025, 10, 26), new TimeOnly(2, 30), "Europe/Berlin").ShouldBe(new DateTimeOffset(2025, 10, 26, 0, 30, 0, TimeSpan.Zero));
        // Midnight itself is skipped there.
        ReleaseDay.StartOf(new DateOnly(2018, 11, 4), "America/Sao_Paulo").ShouldBe(new DateTimeOffset(2018, 11, 4, 3, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void A_moved_date_names_everything_that_moves_and_what_would_be_in_the_past()
    {
        var type = DefaultVersion.Document.FindReleaseType("minor")!;
        var next = ReleaseSchedule.Of(type, DefaultVersion.Document.GateSets, Target.AddDays(-7), "Europe/Berlin");

        var moved = ReleaseSchedule.Difference(Of("minor"), "Europe/Berlin", next, "Europe/Berlin", new DateTimeOffset(2025, 7, 20, 0, 0, 0, TimeSpan.Zero));

        moved.Length.ShouldBe(8);
        moved.ShouldAllBe(date => date.From - date.To == TimeSpan.FromDays(7));
        moved.Where(date => date.Note is not null).Select(date => date.Title).ShouldBe(["Development", "Pre-Development Gates"]);
    }

    [Fact]
    public void A_schedule_keeps_its_shape_wherever_it_is_moved()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var type = DefaultVersion.Document.ReleaseTypes[random.Next(DefaultVersion.Document.ReleaseTypes.Length)];
            var target = new DateOnly(2024, 1, 1).AddDays(random.Next(2000));
            var zone = new[] { "Europe/Berlin", "America/New_York", "Pacific/Apia", "Etc/UTC", "Asia/Kathmandu" }[random.Next(5)];

            var schedule = ReleaseSchedule.Of(type, DefaultVersion.Document.GateSets, target, zone);

            var where = $"seed {seed}: {type.Key} {target:O} {zone}";
            schedule.Milestones.Single(milestone => milestone.IsRelease).First.ShouldBe(target, where);
            for (var i = 1; i < schedule.Milestones.Length; i++)
                schedule.Milestones[i].First.ShouldBeGreaterThan(schedule.Milestones[i - 1].Last, where);
            for (var i = 1; i < schedule.Gates.Length; i++)
                schedule.Gates[i].DueAt.ShouldBeGreaterThanOrEqualTo(schedule.Gates[i - 1].DueAt, where);
        }
    }

    private static ReleaseSchedule Of(string type) =>
        ReleaseSchedule.Of(DefaultVersion.Document.FindReleaseType(type)!, DefaultVersion.Document.GateSets, Target, "Europe/Berlin");
}
