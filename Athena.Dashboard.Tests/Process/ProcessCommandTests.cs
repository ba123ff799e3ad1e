using Athena.Dashboard.Tests.Infrastructure;
using Athena.Dashboard.Process.Domain;

namespace Athena.Dashboard.Tests.Process;

/// <summary>The operator's commands as an operator runs them: in a process of their own.</summary>
public sealed class ProcessCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("athena-process-").FullName;

    [Fact]
    public async Task Check_accepts_the_default_process_and_needs_no_database()
    {
        var file = Write("good.yaml", DefaultProcess.Source);
        var (code, output, errors) = await OperatorCommand.RunAsync("process", "check", file, "--data", Path.Combine(folder, "data"));
        (code, output.Trim(), errors).ShouldBe((0, $"{file}: no errors", ""));
        Directory.Exists(Path.Combine(folder, "data")).ShouldBeFalse();
    }

    [Fact]
    public async Task Check_prints_every_error_with_its_place_and_ends_with_1()
    {
        var file = Write("bad.yaml", DefaultProcess.Source
            .Replace("percentage: 1.0", "percentage: 101", StringComparison.Ordinal)
            .Replace("duration: \"7d\"", "duration: \"-1d\"", StringComparison.Ordinal)
            .Replace("owners: [support]", "owner: support", StringComparison.Ordinal));
        var (code, output, errors) = await OperatorCommand.RunAsync("process", "check", file);
        code.ShouldBe(1);
        output.ShouldBeEmpty();
        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(5);
        lines.ShouldAllBe(line => line.StartsWith(file + ":", StringComparison.Ordinal));
        var wrong = (await File.ReadAllLinesAsync(file)).ToList().FindIndex(line => line.Contains("101", StringComparison.Ordinal)) + 1;
        errors.ShouldContain($"{file}:{wrong}:19: rollout.stages[1].percentage: The percentage is out of range. Found '101', expected 0 to 100 in steps of 0.001.");
        errors.ShouldContain("did you mean owners?");
    }

    [Fact]
    public async Task A_missing_file_and_one_that_is_no_text_are_told_apart()
    {
        var (code, _, errors) = await OperatorCommand.RunAsync("process", "check", Path.Combine(folder, "nowhere.yaml"));
        (code, errors.Contains("nowhere.yaml", StringComparison.Ordinal)).ShouldBe((1, true));
        var binary = Path.Combine(folder, "binary.yaml");
        await File.WriteAllBytesAsync(binary, [0x61, 0xc3, 0x28]);
        (code, _, errors) = await OperatorCommand.RunAsync("process", "check", binary);
        (code, errors.Trim()).ShouldBe((1, $"{binary}:1:1: The file is not UTF-8 text."));
    }

    [Fact]
    public async Task Apply_makes_a_new_version_once()
    {
        var data = Path.Combine(folder, "data");
        var file = Write("next.yaml", DefaultProcess.Source.Replace("name: Athena", "name: Pallas", StringComparison.Ordinal));
        var (code, output, errors) = await OperatorCommand.RunAsync("process", "apply", file, "--data", data);
        (code, output.Trim()).ShouldBe((0, "Version 2 is in force; 1 place differs from version 1."), errors);
        (code, _, errors) = await OperatorCommand.RunAsync("process", "apply", file, "--data", data);
        code.ShouldBe(1);
        errors.ShouldContain("letter by letter");
        (code, _, errors) = await OperatorCommand.RunAsync("process", "apply", Write("again.yaml", DefaultProcess.Source), "--expect", "1", "--data", data);
        code.ShouldBe(1);
        errors.ShouldContain("changed by someone else");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
