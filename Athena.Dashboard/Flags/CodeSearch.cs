using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Flags;

/// <param name="LeftOut">Files that were too large.</param>
public sealed record SearchedCode(string Commit, ImmutableArray<CodeReference> References, int LeftOut);

/// <param name="Total">Files that are to be read.</param>
public readonly record struct SearchProgress(int Done, int Total);

/// <summary>
/// Reads the commit that a repository has checked out, by git, and nothing else: no link is followed, no submodule
/// entered, nothing is written, fetched or run. Files are bounded in size and number, binary ones are passed over.
/// </summary>
public sealed class CodeSearch(IOptions<CodeSearchOptions> options)
{
    private const int LooksBinaryWithin = 8_000;
    private const int LongestHeader = 200;
    private const string Plain = "100";

    /// <param name="folder">A working copy.</param>
    /// <param name="keys">Keys of all flags.</param>
    public async Task<Outcome<SearchedCode>> SearchAsync(string folder, IReadOnlyCollection<string> keys, IProgress<SearchProgress>? progress, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(options.Value.LongestMinutes));
        try
        {
            return await ReadAsync(folder, keys, progress, patience.Token);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return Refusal.Conflict("repository_unreadable", "git cannot be started.", missing.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Refusal.Conflict("search_too_long", $"The search of {folder} took longer than {options.Value.LongestMinutes} minutes and was given up.");
        }
    }

    private async Task<Outcome<SearchedCode>> ReadAsync(string folder, IReadOnlyCollection<string> keys, IProgress<SearchProgress>? progress, CancellationToken cancellationToken)
    {
        var (headCode, head, headError) = await SayAsync(folder, ["rev-parse", "--verify", "HEAD^{commit}"], cancellationToken);
        if (headCode != 0) return Refusal.Invalid("repository_invalid", $"{folder} is not a git repository with a commit.", new RefusalItem("folder", headError, folder, "a working copy"));
        var (treeCode, tree, treeError) = await SayAsync(folder, ["ls-tree", "-r", "-l", "-z", head.Trim()], cancellationToken);
        if (treeCode != 0) return Refusal.Conflict("repository_unreadable", $"{folder} cannot be searched.", treeError);
        var files = tree.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(File.Read).OfType<File>().ToList();
        if (files.Count > options.Value.MostFiles) return Refusal.Conflict("repository_too_large", $"{folder} has {files.Count} files, more than the {options.Value.MostFiles} that are searched.");
        var wanted = files.Where(file => file.Size <= options.Value.MostFileKilobytes * 1024L).ToList();
        var found = await ReadAsync(folder, wanted, keys.ToHashSet(StringComparer.Ordinal), progress, cancellationToken);
        return found.Then<SearchedCode>(references => new SearchedCode(head.Trim(), references, files.Count - wanted.Count));
    }

    private static async Task<Outcome<ImmutableArray<CodeReference>>> ReadAsync(string folder, List<File> files, HashSet<string> keys, IProgress<SearchProgress>? progress, CancellationToken cancellationToken)
    {
        using var git = Start(folder, ["cat-file", "--batch"]);
        try
        {
            var error = git.StandardError.ReadToEndAsync(cancellationToken);
            var asking = AskAsync(git.StandardInput, files, cancellationToken);
            var answers = new BufferedStream(git.StandardOutput.BaseStream, 1 << 16);
            var found = ImmutableArray.CreateBuilder<CodeReference>();
            for (var i = 0; i < files.Count && keys.Count > 0 && found.Count < CodeReferences.Most; i++)
            {
                progress?.Report(new SearchProgress(i, files.Count));
                if (await HeaderAsync(answers, cancellationToken) is not [_, "blob", var length] || !int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size != files[i].Size)
                    return Refusal.Conflict("repository_unreadable", $"{folder} cannot be searched.", $"git gives {files[i].Path} in another form than it said. {(git.HasExited ? await error : "")}".Trim());
                var bytes = new byte[size];
                await answers.ReadExactlyAsync(bytes, cancellationToken);
                if (answers.ReadByte() != '\n') return Refusal.Conflict("repository_unreadable", $"{folder} cannot be searched.", $"git gives {files[i].Path} in another length than it said.");
                if (!bytes.AsSpan(0, Math.Min(size, LooksBinaryWithin)).Contains((byte)0)) found.AddRange(CodeReferences.In(files[i].Path, Encoding.UTF8.GetString(bytes), keys).Take(CodeReferences.Most - found.Count));
            }

            if (keys.Count > 0 && found.Count < CodeReferences.Most) await asking;
            return found.ToImmutable();
        }
        catch (IOException broken)
        {
            return Refusal.Conflict("repository_unreadable", $"{folder} cannot be searched.", broken.Message);
        }
        finally
        {
            if (!git.HasExited) git.Kill(entireProcessTree: true);
        }
    }

    private static async Task AskAsync(StreamWriter git, List<File> files, CancellationToken cancellationToken)
    {
        await Task.Yield();
        foreach (var file in files) await git.WriteAsync((file.Id + "\n").AsMemory(), cancellationToken);
        git.Close();
    }

    private static async Task<string[]> HeaderAsync(BufferedStream answers, CancellationToken cancellationToken)
    {
        var header = new StringBuilder();
        var one = new byte[1];
        while (header.Length < LongestHeader && await answers.ReadAsync(one, cancellationToken) == 1 && one[0] != '\n') header.Append((char)one[0]);
        return header.ToString().Split(' ');
    }

    private static async Task<(int ExitCode, string Output, string Error)> SayAsync(string folder, string[] arguments, CancellationToken cancellationToken)
    {
        using var git = Start(folder, arguments);
        try
        {
            git.StandardInput.Close();
            var (output, error) = (git.StandardOutput.ReadToEndAsync(cancellationToken), git.StandardError.ReadToEndAsync(cancellationToken));
            await git.WaitForExitAsync(cancellationToken);
            return (git.ExitCode, await output, (await error).Trim());
        }
        finally
        {
            if (!git.HasExited) git.Kill(entireProcessTree: true);
        }
    }

    private static System.Diagnostics.Process Start(string folder, string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-C", folder, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        // It asks nobody, takes no lock, and fetches nothing that a partial clone lacks.
        foreach (var (name, value) in ((string, string)[])[("GIT_TERMINAL_PROMPT", "0"), ("GIT_OPTIONAL_LOCKS", "0"), ("GIT_NO_LAZY_FETCH", "1")]) start.Environment[name] = value;
        return System.Diagnostics.Process.Start(start)!;
    }

    private sealed record File(string Id, long Size, string Path)
    {
        /// <returns>Null for what is no plain file: a link, a submodule.</returns>
        public static File? Read(string line)
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            return tab > 0 && line[..tab].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var mode, "blob", var id, var size] && mode.StartsWith(Plain, StringComparison.Ordinal) && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
                ? new File(id, bytes, line[(tab + 1)..])
                : null;
        }
    }
}
