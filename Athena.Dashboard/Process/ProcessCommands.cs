using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text;
using Athena.Dashboard.Platform.Hosting;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;
using Athena.Dashboard.Process.Domain.Yaml;

namespace Athena.Dashboard.Process;

/// <summary>The operator's <c>process check FILE</c> and <c>process apply FILE</c>.</summary>
public static class ProcessCommands
{
    public static Command Create(OperatorHost host) =>
        new("process", "The release process as a document") { Check(), Apply(host) };

    private static Command Check()
    {
        var file = FileArgument();
        var command = new Command("check", "Check a process document and print every error; needs no database") { file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var name = parsed.GetRequiredValue(file);
            if (await ReadAsync(name, cancellationToken) is null) return 1;
            await Console.Out.WriteLineAsync($"{name}: no errors");
            return 0;
        });
        return command;
    }

    private static Command Apply(OperatorHost host)
    {
        var file = FileArgument();
        var expected = new Option<int?>("--expect") { Description = "Apply only if this version is in force now (default: whichever is)", HelpName = "NUMBER" };
        var command = new Command("apply", "Bring a process document into force as a new version") { file, expected };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            // A wrong document is found before any database is touched.
            if (await ReadAsync(parsed.GetRequiredValue(file), cancellationToken) is not { } yaml) return 1;
            return await host.RunAsync(parsed, (services, token) => ApplyAsync(services, yaml, parsed.GetValue(expected), token), cancellationToken);
        });
        return command;
    }

    private static Argument<string> FileArgument() => new("FILE") { Description = "The YAML document" };

    private static async Task<int> ApplyAsync(IServiceProvider services, string yaml, int? expected, CancellationToken cancellationToken)
    {
        var before = services.GetRequiredService<IProcessCatalog>().Current;
        var outcome = await services.GetRequiredService<ProcessService>()
            .ApplyAsync(yaml, expected ?? before.Number, Actor.System("operator") with { Source = "command line" }, cancellationToken);
        if (outcome.Refusal is { } refusal)
        {
            await Console.Error.WriteLineAsync($"{refusal.Title} {refusal.Detail}".TrimEnd());
            return 1;
        }

        var differences = ProcessDifferences.Between(before.Source, yaml).Length;
        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"Version {outcome.Value.Number} is in force; {differences} {(differences == 1 ? "place differs" : "places differ")} from version {before.Number}."));
        return 0;
    }

    /// <returns>The text of a document without errors; null after every error went to standard error.</returns>
    private static async Task<string?> ReadAsync(string file, CancellationToken cancellationToken)
    {
        string yaml;
        try
        {
            if (new FileInfo(file).Length > ProcessYaml.LargestSize)
            {
                await Console.Error.WriteLineAsync($"{file}:1:1: {ProcessService.TooLarge.Title} {ProcessService.TooLarge.Detail}");
                return null;
            }

            yaml = await File.ReadAllTextAsync(file, StrictUtf8.Encoding, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            await Console.Error.WriteLineAsync(failure is DecoderFallbackException ? $"{file}:1:1: The file is not UTF-8 text." : $"{file}: {failure.Message}");
            return null;
        }

        var problems = ProcessYaml.Read(yaml).Problems;
        await ReportAsync(file, problems);
        return problems.IsEmpty ? yaml : null;
    }

    private static async Task ReportAsync(string file, ImmutableArray<DocumentProblem> problems)
    {
        foreach (var problem in problems) await Console.Error.WriteLineAsync($"{file}:{problem}");
    }
}
