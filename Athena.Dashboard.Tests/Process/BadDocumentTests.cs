using Athena.Dashboard.Flags;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Domain;
using Athena.Dashboard.Tests.Infrastructure;

namespace Athena.Dashboard.Tests.Process;

/// <summary>Values that no document may have, in the process, in a plan and in a file of flags; and files that are no documents.</summary>
public sealed class BadDocumentTests
{
    private const string Bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\n";

    [Theory]
    [InlineData("percentage: 1.0", "percentage: 100.1", "out of range")]
    [InlineData("percentage: 1.0", "percentage: -1", "out of range")]
    [InlineData("percentage: 1.0", "percentage: NaN", "not a percentage")]
    [InlineData("percentage: 1.0", "percentage: .inf", "not a percentage")]
    [InlineData("percentage: 1.0", "percentage: 1e400", "not a percentage")]
    [InlineData("percentage: 1.0", "percentage: 79228162514264337593543950335", "out of range")]
    [InlineData("percentage: 1.0", "percentage: 99999999999999999999999999999999999999", "not a percentage")]
    [InlineData("percentage: 1.0", "percentage: \"<script>alert(1)</script>\"", "not a percentage")]
    [InlineData("duration: \"7d\"", "duration: \"-1d\"", "not a duration")]
    [InlineData("duration: \"7d\"", "duration: 0s", "not a duration")]
    [InlineData("duration: \"7d\"", "duration: 99999999999d", "not a duration")]
    [InlineData("duration: \"7d\"", "duration: NaNs", "not a duration")]
    [InlineData("duration: \"7d\"", "duration: Infinityd", "not a duration")]
    [InlineData("duration: \"7d\"", "duration: 0.00000000001s", "not a duration")]
    [InlineData("duration: \"7d\"", "duration: true", "not a duration")]
    [InlineData("within: 30m", "within: 0m", "not a duration")]
    [InlineData("within: 30m", "within: 14m", "to end before the one that it follows")]
    [InlineData("tell: [internal-team, support-team]", "tell: [Internal Team]", "Internal Team")]
    [InlineData("- error_rate < ", "- no_such_metric < ", "no_such_metric")]
    [InlineData("- error_rate < ", "- error_rate < NaN", "")]
    [InlineData("- error_rate < ", "- error_rate < 1e400", "")]
    public void A_value_that_no_process_may_have_is_an_error_with_line_and_column(string right, string wrong, string message)
    {
        var text = Once(DefaultProcess.Source, right, wrong);
        var line = text.Split('\n').ToList().FindIndex(found => found.Contains(wrong, StringComparison.Ordinal)) + 1;
        ProcessYaml.Read(text).Problems.ShouldContain(problem => problem.Line == line && problem.Column > 1 && $"{problem.Message} {problem.Found}".Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("NaNs")]
    [InlineData("-1d")]
    [InlineData("1e3d")]
    [InlineData("d")]
    [InlineData("٣d")]
    [InlineData("0.0000000000001s")]
    public void What_is_no_duration_is_none(string text) => Durations.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void The_largest_number_is_no_percentage() => Percentage.TryFrom(decimal.MaxValue, out _).ShouldBeFalse();

    [Theory]
    [InlineData("flags: {a: {name: A, type: release, environments: {production: {percentage: 79228162514264337593543950335}}}}")]
    [InlineData("flags: {a: {name: A, type: release, environments: {production: {percentage: NaN}}}}")]
    [InlineData("flags: {a: {name: A, type: release, environments: {production: {percentage: 1e400}}}}")]
    [InlineData("flags: {a: {name: [A], type: release}}")]
    [InlineData("flags: {a: {name: A, type: release, environments: {production: {enabled: maybe, enableAt: soon, version: x}}}}")]
    [InlineData("flags: {a: {name: A, type: 7}}")]
    [InlineData("flags: {a: null}")]
    [InlineData("flags: {a: {name: A, type: release, environments: {production: null}}}")]
    [InlineData("flags: {a: {name: A, type: release, environments: {production: {audience: [null]}}}}")]
    [InlineData("flags: {a: {name: \"a\\0b\", type: release}}")]
    [InlineData("flags:\n\ta: b")]
    [InlineData(Bomb)]
    [InlineData("null")]
    [InlineData("")]
    public void A_file_of_flags_that_cannot_be_taken_is_refused_with_places(string yaml)
    {
        var refusal = FlagsAsCode.Read(yaml, null).Refusal.ShouldNotBeNull();
        refusal.Kind.ShouldBe(RefusalKind.Invalid);
        refusal.Items.ShouldNotBeEmpty();
        refusal.Items.ShouldAllBe(item => item.Place.Length > 0 && item.Message.Length > 0);
    }

    [Fact]
    public async Task An_operator_is_told_what_is_wrong_with_a_file_and_the_command_ends_with_1()
    {
        var folder = Directory.CreateTempSubdirectory("athena-bad-").FullName;
        try
        {
            (string Name, string Text, string Said)[] files =
            [
                ("bomb", Bomb, ":1:4: a: Anchors are not used"),
                ("tabs", "name:\n\t- x\n", "invalid tab"),
                ("doubled", DefaultProcess.Source + "\nenvironments: []\nnoSuchField: 1\n", "stands twice"),
                ("large", new string('x', 300 * 1024), ":1:1:"),
            ];
            await Task.WhenAll(files.Select(async file =>
            {
                var path = Path.Combine(folder, file.Name + ".yaml");
                await File.WriteAllTextAsync(path, file.Text);
                foreach (var command in file.Name == "doubled" ? (string[])["check", "apply"] : ["check"])
                {
                    var (code, output, errors) = await OperatorCommand.RunAsync("process", command, path, "--data", Path.Combine(folder, "data"));
                    (code, output).ShouldBe((1, ""), errors);
                    errors.ShouldContain(file.Said);
                    errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldAllBe(line => line.StartsWith(path + ":", StringComparison.Ordinal));
                }
            }));
            // Nothing is touched before the document is right.
            Directory.Exists(Path.Combine(folder, "data")).ShouldBeFalse();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Once(string text, string right, string wrong)
    {
        var at = text.IndexOf(right, StringComparison.Ordinal);
        at.ShouldBeGreaterThan(0, right);
        return text[..at] + wrong + text[(at + right.Length)..];
    }
}
