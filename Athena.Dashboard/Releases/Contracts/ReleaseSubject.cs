using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Releases.Contracts;

/// <summary>How events, gates, audit and hub groups name a release: <c>release/1.2.0</c>.</summary>
public static class ReleaseSubject
{
    public const string Kind = "release";

    /// <param name="version">Without a leading <c>v</c>.</param>
    public static Subject Of(string version) => new(Kind, version);
}
