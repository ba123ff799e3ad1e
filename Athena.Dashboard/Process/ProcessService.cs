using System.Security.Cryptography;
using System.Text;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;
using Athena.Dashboard.Process.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Process;

/// <summary>Brings new versions of the process into force.</summary>
public sealed class ProcessService(Store store, ProcessCatalog catalog)
{
    /// <summary>How many differences an audit entry spells out.</summary>
    private const int MostInAudit = 100;

    /// <param name="yaml">The whole document.</param>
    /// <param name="expectedCurrentVersion">The version that the caller saw in force.</param>
    /// <returns>
    /// The new version, or a refusal: <c>forbidden</c>, <c>process_too_large</c>, <c>process_invalid</c> with every
    /// error, <c>process_unchanged</c>, <c>stale_version</c> when somebody else was faster.
    /// </returns>
    public async Task<Outcome<ProcessVersion>> ApplyAsync(string yaml, int expectedCurrentVersion, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.EditProcess, "change the process") is { } forbidden) return forbidden;
        var read = Read(yaml);
        if (read.Refusal is { } invalid) return invalid;
        var applied = await WriteAsync(yaml, expectedCurrentVersion, actor, cancellationToken);
        if (applied.Refusal is { } refused) return refused;
        await catalog.RefreshAsync(cancellationToken);
        return (await catalog.FindAsync(applied.Value, cancellationToken))!;
    }

    /// <summary>What a document says, or everything that is wrong with it. Writes nothing.</summary>
    public static Outcome<ProcessDocument> Read(string yaml) =>
        ProcessYaml.IsTooLarge(yaml)
            ? TooLarge
            : ProcessYaml.Read(yaml).ToOutcome("process_invalid", "The process document");

    internal static Refusal TooLarge { get; } =
        new(RefusalKind.TooLarge, "process_too_large", "The process document is too large.", $"At most {ProcessYaml.LargestSize / 1024} KB are read.");

    /// <summary>Version 1; nothing happens when another node was faster.</summary>
    internal Task ApplyDefaultAsync(CancellationToken cancellationToken) =>
        WriteAsync(DefaultProcess.Source, expected: 0, Actor.System("first start"), cancellationToken);

    private async Task<Outcome<int>> WriteAsync(string yaml, int expected, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            return await store.WriteAsync<int>(
                actor,
                async (write, token) =>
                {
                    var newest = await write.Db.Set<ProcessVersionRow>().OrderByDescending(row => row.Number).FirstOrDefaultAsync(token);
                    return Append(write, newest, yaml, expected);
                },
                cancellationToken);
        }
        catch (DbUpdateException)
        {
            // Two nodes took the same number; the table's key let one of them have it.
            await catalog.RefreshAsync(cancellationToken);
            if (catalog.Current.Number == expected) throw;
            return Refusal.Stale("The process");
        }
    }

    private static Outcome<int> Append(Write write, ProcessVersionRow? newest, string yaml, int expected)
    {
        if ((newest?.Number ?? 0) != expected) return Refusal.Stale("The process");
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(yaml)));
        if (newest?.Sha256 == sha256)
            return Refusal.Conflict("process_unchanged", $"This is version {newest.Number} of the process, letter by letter.", "There is nothing to apply.");

        var row = new ProcessVersionRow { Number = expected + 1, Sha256 = sha256, Yaml = yaml, AppliedAt = write.Now, AppliedBy = write.Actor.Name };
        write.Add(row);
        var differences = newest is null ? [] : ProcessDifferences.Between(newest.Yaml, yaml);
        write.Append(
            new ProcessApplied(row.Number, sha256, differences.Length),
            newest is null ? null : new { newest.Number, newest.Sha256 },
            new { row.Number, row.Sha256, Changes = differences.Take(MostInAudit) });
        return row.Number;
    }
}
