namespace Athena.Dashboard.Benchmarks;

/// <summary>The program that is measured: the one built beside the benchmarks unless a folder is named that it was published into.</summary>
internal static class ProductProgram
{
    private const string Name = "Athena.Dashboard.dll";

    public static string File { get; private set; } = Path.Combine(AppContext.BaseDirectory, Name);

    /// <param name="folder">As <c>dotnet publish -o</c> was given it.</param>
    /// <returns>False when there is no program.</returns>
    public static bool TakeFrom(string folder)
    {
        File = Path.GetFullPath(Path.Combine(folder, Name));
        return System.IO.File.Exists(File);
    }
}
