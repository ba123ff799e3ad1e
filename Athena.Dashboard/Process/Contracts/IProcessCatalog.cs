namespace Athena.Dashboard.Process.Contracts;

/// <summary>The release process as it is in force, and every version that it ever had.</summary>
public interface IProcessCatalog
{
    /// <summary>
    /// The version in force. Read from memory: cheap enough for every request. It is there from the start of the
    /// program (version 1 is the default process) and follows a change within a second: who answers the event
    /// <see cref="ProcessApplied"/> may still see the version before and asks <see cref="FindAsync"/> for the new one.
    /// </summary>
    ProcessVersion Current { get; }

    /// <summary>
    /// One version, or null when there is none of that number. Versions never change, so a release that keeps the
    /// number has a snapshot of the process that it started with.
    /// </summary>
    Task<ProcessVersion?> FindAsync(int number, CancellationToken cancellationToken);
}

/// <summary>One version of the release process; never changed once it was applied.</summary>
/// <param name="Number">1, 2, 3 …</param>
/// <param name="Sha256">Lower-case hexadecimal hash of <paramref name="Source"/> as UTF-8.</param>
/// <param name="AppliedAt">When it came into force, UTC.</param>
/// <param name="AppliedBy">Name of the person or key that applied it.</param>
/// <param name="Document">What the text says.</param>
/// <param name="Source">The YAML text as it was written, comments included.</param>
public sealed record ProcessVersion(
    int Number,
    string Sha256,
    DateTimeOffset AppliedAt,
    string AppliedBy,
    ProcessDocument Document,
    string Source);
