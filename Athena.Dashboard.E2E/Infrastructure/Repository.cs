namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>The checked-out tree that the journeys run in.</summary>
internal static class Repository
{
    public static string Root { get; } = Above(AppContext.BaseDirectory, "Athena.Dashboard.sln");

    /// <summary>The program under test, built in the same configuration as this assembly.</summary>
    public static string Program { get; } = Path.Combine(
        Root,
        "Athena.Dashboard",
        Path.GetRelativePath(Path.Combine(Root, "Athena.Dashboard.E2E"), AppContext.BaseDirectory),
        "Athena.Dashboard.dll");

    /// <summary>Where pictures and logs of failed journeys are kept.</summary>
    public static string Evidence { get; } = Path.Combine(Root, "TestResults", "journeys");

    private static string Above(string folder, string file) =>
        File.Exists(Path.Combine(folder, file)) ? folder
        : Path.GetDirectoryName(folder) is { } parent ? Above(parent, file)
        : throw new InvalidOperationException($"No {file} above {AppContext.BaseDirectory}; the tests run inside the repository.");
}
