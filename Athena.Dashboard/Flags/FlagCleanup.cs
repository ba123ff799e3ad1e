using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Flags;

/// <summary>What it takes to be rid of a flag.</summary>
/// <param name="References">Lines of code that name it, by repository and path.</param>
public sealed record FlagRemoval(FlagStage Stage, FlagRelease? Release, ImmutableArray<RemovalStep> Steps, ImmutableArray<(string Repository, CodeReference Reference)> References)
{
    public bool IsReady => Steps.All(step => step.IsDone);
}

/// <summary>Flags that have done their work: from the releases that own them, and from code that is searched for their keys.</summary>
public sealed class FlagCleanup(Store store, FlagQueries flags, IFlagReleases releases, CodeSearch search)
{
    /// <summary>The stage of every flag.</summary>
    public async Task<Func<Flag, FlagStage>> StagesAsync(CancellationToken cancellationToken)
    {
        var known = await releases.ListAsync(cancellationToken);
        return flag => FlagLifecycle.StageOf(flag, Of(flag, known));
    }

    /// <returns>Null when there is no such flag.</returns>
    public async Task<FlagRemoval?> FindAsync(string key, CancellationToken cancellationToken)
    {
        if (await flags.FindViewAsync(key, cancellationToken) is not { } view) return null;
        var release = Of(view.Flag, await releases.ListAsync(cancellationToken));
        var (scans, settings) = await store.ReadAsync(
            async (db, token) => (await db.Set<CodeScan>().OrderBy(scan => scan.Repository).ToListAsync(token), await db.Set<FlagEnvironment>().Where(setting => setting.FlagKey != key).ToListAsync(token)),
            cancellationToken);
        var neededBy = settings.Where(setting => setting.Prerequisites.Any(wanted => wanted.Flag == key)).Select(setting => $"{setting.FlagKey} in {setting.Environment}").ToList();
        return new FlagRemoval(
            FlagLifecycle.StageOf(view.Flag, release),
            release,
            FlagLifecycle.Removal(view.Flag, view.Environments, release, neededBy, scans),
            [.. scans.SelectMany(scan => scan.References.Where(reference => reference.FlagKey == key).Select(reference => (scan.Repository, reference)))]);
    }

    /// <summary>Searches the commit that a repository has checked out for the keys of all flags. What was found in it before is forgotten.</summary>
    /// <param name="folder">A working copy.</param>
    /// <param name="repository">Its name; null for the folder's.</param>
    /// <returns>What was found, and how many files were too large to be searched.</returns>
    public async Task<Outcome<(CodeScan Scan, int LeftOut)>> ScanAsync(string folder, string? repository, Actor actor, CancellationToken cancellationToken, IProgress<SearchProgress>? progress = null)
    {
        if (actor.Lacks(Permission.EditFlags, "record where flags are used") is { } forbidden) return forbidden;
        var name = repository ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        if (name.Length is 0 or > FlagDescription.LongestName) return Refusal.Invalid("repository_invalid", "The repository needs a name.", new RefusalItem("repository", "has a wrong length", name, $"1 to {FlagDescription.LongestName} characters"));
        var keys = (await flags.ListAllAsync(cancellationToken)).Select(view => view.Flag.Key).ToList();
        var searched = await search.SearchAsync(folder, keys, progress, cancellationToken);
        if (!searched.IsAccepted) return searched.Refusal;
        var (commit, found, leftOut) = searched.Value;
        var scanned = await store.WriteAsync<CodeScan>(
            actor,
            async (write, token) =>
            {
                var row = await write.Db.Set<CodeScan>().FirstOrDefaultAsync(scan => scan.Repository == name, token);
                var scan = row ?? new CodeScan { Repository = name, Commit = commit, At = write.Now, References = found };
                (scan.Commit, scan.At, scan.References) = (commit, write.Now, found);
                if (row is null) write.Add(scan);
                write.Append(new CodeScanned(name, commit, found.Length));
                return scan;
            },
            cancellationToken);
        return scanned.Then<(CodeScan Scan, int LeftOut)>(scan => (scan, leftOut));
    }

    private static FlagRelease? Of(Flag flag, ImmutableDictionary<string, FlagRelease> known) => flag.ReleaseId is { } id ? known.GetValueOrDefault(id) : null;
}
