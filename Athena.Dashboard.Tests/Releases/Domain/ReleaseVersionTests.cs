using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Domain;
using static Athena.Dashboard.Tests.Releases.ReleaseSamples;

namespace Athena.Dashboard.Tests.Releases.Domain;

public sealed class ReleaseVersionTests
{
    [Theory]
    [InlineData("major", "", "1.0.0")]
    [InlineData("minor", "", "0.1.0")]
    [InlineData("patch", "", "0.0.1")]
    [InlineData("major", "1.2.0", "2.0.0")]
    [InlineData("minor", "1.1.3 1.2.0", "1.3.0")]
    [InlineData("patch", "1.1.3 1.2.0", "1.2.1")]
    [InlineData("hotfix", "1.2.0 1.2.1", "1.2.2")]
    [InlineData("minor", "2.0.0-rc.1", "2.1.0")]
    [InlineData("major", "2.0.0-rc.1", "2.0.0")]
    [InlineData("patch", "1.2.1-rc.1", "1.2.1")]
    public void The_next_version_follows_the_highest(string type, string existing, string next) =>
        ReleaseVersions.Next(TypeOf(type), Versions(existing), []).ToString().ShouldBe(next);

    [Fact]
    public void A_patch_repairs_what_is_with_users_and_not_what_is_only_planned() =>
        ReleaseVersions.Next(TypeOf("hotfix"), Versions("1.1.2 1.2.0 2.0.0"), Versions("1.1.2")).ToString().ShouldBe("1.1.3");

    [Fact]
    public void A_patch_version_that_is_taken_is_stepped_over() =>
        ReleaseVersions.Next(TypeOf("patch"), Versions("1.1.2 1.1.3"), Versions("1.1.2")).ToString().ShouldBe("1.1.4");

    [Theory]
    [InlineData("minor", "1.2")]
    [InlineData("minor", "01.2.0")]
    [InlineData("minor", "1.2.0.0")]
    [InlineData("minor", "")]
    [InlineData("minor", null)]
    [InlineData("minor", "1.2.3")]
    [InlineData("minor", "2.0.0")]
    [InlineData("major", "0.0.0")]
    [InlineData("major", "2.1.0")]
    [InlineData("patch", "1.2.0")]
    [InlineData("hotfix", "1.2.0")]
    [InlineData("minor", "1.2.0+build.5")]
    [InlineData("minor", "1.9.0")]
    [InlineData("minor", "v1.9.0")]
    public void A_version_that_does_not_fit_is_refused_with_what_would(string type, string? version)
    {
        var faults = new InputFaults();

        ReleaseVersions.Check(version, TypeOf(type), Versions("1.9.0"), faults).ShouldBeNull();
        faults.Refused("x", "x", out var refusal).ShouldBeTrue();
        refusal!.Items.ShouldHaveSingleItem().Expected.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void A_leading_v_is_a_habit_of_tags_and_accepted() =>
        ReleaseVersions.Check("v1.3.0", TypeOf("minor"), [], new InputFaults())!.ToString().ShouldBe("1.3.0");

    [Fact]
    public void What_is_proposed_is_always_accepted()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var existing = new List<SemanticVersion>();
            for (var i = 0; i < 25; i++)
            {
                var type = TypeOf(Types[random.Next(Types.Length)]);
                var released = existing.Where(_ => random.Next(2) == 0).ToList();
                var next = ReleaseVersions.Next(type, existing, released);
                var faults = new InputFaults();
                ReleaseVersions.Check(next.ToString(), type, existing, faults).ShouldBe(next, $"seed {seed}: {type.Key} {next} after {string.Join(' ', existing)}");
                existing.Add(next);
            }
        }
    }

    private static readonly string[] Types = ["major", "minor", "patch", "hotfix"];

    private static ReleaseType TypeOf(string key) => DefaultVersion.Document.FindReleaseType(key)!;

    private static List<SemanticVersion> Versions(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => SemanticVersion.TryParse(part, out var version) ? version! : throw new ArgumentException(part))];
}
