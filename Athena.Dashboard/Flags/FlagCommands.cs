using System.CommandLine;
using System.Text;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.AsCode;
using Athena.Dashboard.Platform.Hosting;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags;

/// <summary>The operator's <c>flags export</c>, <c>flags diff FILE</c>, <c>flags import FILE</c> and <c>flags references DIRECTORY</c>.</summary>
public static class FlagCommands
{
    private static readonly Option<string?> Environment = new("--flagd") { Description = "flagd's JSON format for this environment, instead of YAML for all", HelpName = "ENVIRONMENT" };

    public static Command Create(OperatorHost host) => new("flags", "Flags as files, and the code that names them") { Export(host), Diff(host), Import(host), References(host) };

    private static Command Export(OperatorHost host)
    {
        var command = new Command("export", "Print all flags and segments on standard output") { Environment };
        command.SetAction((parsed, cancellationToken) => host.RunAsync(
            parsed,
            async (services, token) => await SayAsync(await services.GetRequiredService<FlagsAsCode>().ExportAsync(parsed.GetValue(Environment), token), Console.Out.WriteLineAsync),
            cancellationToken));
        return command;
    }

    private static Command Diff(OperatorHost host)
    {
        var file = File();
        var command = new Command("diff", "Print what a file would change; exit 0 when nothing, 2 when something") { file, Environment };
        command.SetAction((parsed, cancellationToken) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                var document = await ReadAsync(parsed.GetRequiredValue(file), parsed.GetValue(Environment), token);
                if (document.Refusal is { } refusal) return await RefuseAsync(refusal);
                var differences = await services.GetRequiredService<FlagsAsCode>().CompareAsync(document.Value, token);
                if (differences.Refusal is { } impossible) return await RefuseAsync(impossible);
                foreach (var difference in differences.Value) await Console.Out.WriteLineAsync(Written(difference));
                return differences.Value.IsEmpty ? 0 : 2;
            },
            cancellationToken));
        return command;
    }

    private static Command Import(OperatorHost host)
    {
        var file = File();
        var reason = new Option<string>("--reason") { Description = "Why, for the history of each flag", Required = true, HelpName = "TEXT" };
        var confirm = new Option<string?>("--confirm") { Description = "The key of the production environment, if the file changes it", HelpName = "ENVIRONMENT" };
        var ahead = new Option<bool>("--override") { Description = "Let production be ahead of the environment before it; the reason says why" };
        var command = new Command("import", "Apply a file, all of it or nothing; what an environment wants approved is asked for. Exit 0 when all is applied, 2 when something waits for approval") { file, Environment, reason, confirm, ahead };
        command.SetAction((parsed, cancellationToken) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                var document = await ReadAsync(parsed.GetRequiredValue(file), parsed.GetValue(Environment), token);
                if (document.Refusal is { } refusal) return await RefuseAsync(refusal);
                var applied = await services.GetRequiredService<FlagsAsCode>().ApplyAsync(
                    document.Value, parsed.GetRequiredValue(reason), new Consent(parsed.GetValue(confirm), parsed.GetValue(ahead)), Actor.System("operator") with { Source = "command line" }, token);
                var said = await SayAsync(applied, TellAsync);
                return said == 0 && !applied.Value.Waiting.IsEmpty ? 2 : said;
            },
            cancellationToken));
        return command;
    }

    private static Command References(OperatorHost host)
    {
        var folder = new Argument<string>("DIRECTORY") { Description = "A checked-out git repository; the commit that is checked out is searched" };
        var repository = new Option<string?>("--repository") { Description = "Its name on the pages; the directory's where it is left out", HelpName = "NAME" };
        var command = new Command("references", "Search a repository for the keys of flags, and keep what is found for the pages") { folder, repository };
        command.SetAction((parsed, cancellationToken) => host.RunAsync(
            parsed,
            async (services, token) => await SayAsync(
                await services.GetRequiredService<FlagCleanup>().ScanAsync(
                    parsed.GetRequiredValue(folder), parsed.GetValue(repository), Actor.System("operator") with { Source = "command line" }, token),
                found => Console.Out.WriteLineAsync($"{found.Scan.References.Length} places in {found.Scan.Repository} at {found.Scan.Commit[..8]}{(found.LeftOut > 0 ? $"; {found.LeftOut} files are too large and were left out" : "")}")),
            cancellationToken));
        return command;
    }

    private static async Task TellAsync(ImportResult result)
    {
        await Console.Out.WriteLineAsync($"{result.Applied.Length} changed");
        if (result.Waiting.IsEmpty) return;
        await Console.Out.WriteLineAsync($"{result.Waiting.Sum(asked => asked.Differences.Length)} wait for approval:");
        foreach (var asked in result.Waiting)
        {
            await Console.Out.WriteLineAsync($"  {asked.FlagKey} in {asked.Environment}: {asked.Page}{(asked.WaitedBefore ? " (asked for before)" : "")}");
            foreach (var difference in asked.Differences) await Console.Out.WriteLineAsync($"    {Written(difference with { Waits = false })}");
        }
    }

    private static string Written(DocumentDifference difference) =>
        $"{difference.Place}: {difference.Before ?? "nothing"} → {difference.After}{(difference.Waits ? " (waits for approval)" : "")}";

    private static Argument<string> File() => new("FILE") { Description = "YAML as 'flags export' prints it, or flagd's JSON with --flagd" };

    private static async Task<Outcome<FlagDocument>> ReadAsync(string file, string? environment, CancellationToken cancellationToken)
    {
        try
        {
            return FlagsAsCode.Read(await System.IO.File.ReadAllTextAsync(file, StrictUtf8.Encoding, cancellationToken), environment);
        }
        catch (DecoderFallbackException)
        {
            return Refusal.Invalid("document_invalid", $"{file} is not UTF-8 text.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return Refusal.Invalid("document_invalid", $"{file} cannot be read.", new RefusalItem("file", unreadable.Message));
        }
    }

    private static async Task<int> SayAsync<T>(Outcome<T> outcome, Func<T, Task> say)
    {
        if (outcome.Refusal is { } refusal) return await RefuseAsync(refusal);
        await say(outcome.Value);
        return 0;
    }

    private static async Task<int> RefuseAsync(Refusal refusal)
    {
        await Console.Error.WriteLineAsync($"{refusal.Title} {refusal.Detail}".TrimEnd());
        foreach (var item in refusal.Items) await Console.Error.WriteLineAsync($"  {item.Place} {item.Message}{(item.Found is null ? "" : $" (found: {item.Found})")}{(item.Expected is null ? "" : $"; expected: {item.Expected}")}");
        return 1;
    }
}
