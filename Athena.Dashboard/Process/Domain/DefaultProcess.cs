using System.Reflection;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Process.Domain;

/// <summary>The process that the program carries within itself: version 1 of every new installation.</summary>
public static class DefaultProcess
{
    private static readonly Lazy<string> Text = new(Load);
    private static readonly Lazy<ProcessDocument> Read = new(() => ProcessYaml.Read(Text.Value) switch
    {
        { Value: { } document } => document,
        { Problems: var problems } => throw new InvalidOperationException("The default process is broken: " + string.Join("; ", problems)),
    });

    /// <summary>The YAML text.</summary>
    public static string Source => Text.Value;

    public static ProcessDocument Document => Read.Value;

    private static string Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("default-process.yaml")
            ?? throw new InvalidOperationException("The default process is not part of the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
