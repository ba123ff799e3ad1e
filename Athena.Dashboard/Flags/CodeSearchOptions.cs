using System.ComponentModel.DataAnnotations;

namespace Athena.Dashboard.Flags;

/// <summary>Repositories that the server itself searches for the keys of flags; section <c>Athena:CodeSearch</c>.</summary>
public sealed class CodeSearchOptions : IValidatableObject
{
    public const string Section = "Athena:CodeSearch";

    /// <summary>
    /// Directories with a checked-out git repository each, up to 20; a directory's own name is the repository's. They are
    /// only read: whoever keeps them up to date does so from outside. Default none.
    /// </summary>
    public string[] Directories { get; set; } = [];

    /// <summary>Hours from one search to the next, 1 to 720. Default 24.</summary>
    [Range(1, 720)]
    public int EveryHours { get; set; } = 24;

    /// <summary>Larger files are left out, in kilobytes, 1 to 10,240. Default 1,024.</summary>
    [Range(1, 10_240)]
    public int MostFileKilobytes { get; set; } = 1_024;

    /// <summary>A repository of more files is not searched, 1 to 1,000,000. Default 100,000.</summary>
    [Range(1, 1_000_000)]
    public int MostFiles { get; set; } = 100_000;

    /// <summary>A search that takes longer is given up, in minutes, 1 to 120. Default 10.</summary>
    [Range(1, 120)]
    public int LongestMinutes { get; set; } = 10;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Directories.Length > 20) yield return new ValidationResult("At most 20 directories are searched.", [nameof(Directories)]);
        foreach (var directory in Directories.Where(directory => !Path.IsPathFullyQualified(directory)))
            yield return new ValidationResult($"'{directory}' is not a full path.", [nameof(Directories)]);
        foreach (var twice in Directories.GroupBy(NameOf, StringComparer.Ordinal).Where(group => group.Count() > 1))
            yield return new ValidationResult($"Two directories are named '{twice.Key}'.", [nameof(Directories)]);
    }

    /// <summary>What the repository in a directory is called.</summary>
    public static string NameOf(string directory) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));
}
