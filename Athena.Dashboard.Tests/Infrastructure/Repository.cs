namespace Athena.Dashboard.Tests.Infrastructure;

/// <summary>The checked-out tree that the tests run in.</summary>
internal static class Repository
{
    public static string Root { get; } = Above(AppContext.BaseDirectory, "Athena.Dashboard.sln");

    private static string Above(string folder, string file) =>
        File.Exists(Path.Combine(folder, file)) ? folder
        : Path.GetDirectoryName(folder) is { } parent ? Above(parent, file)
        : throw new InvalidOperationException($"No {file} above {AppContext.BaseDirectory}; the tests run inside the repository.");
}
