using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Contracts;

/// <summary>How events, audit and hub groups name a flag.</summary>
public static class FlagSubject
{
    public const string Kind = "flag";

    public static Subject Of(string key) => new(Kind, key);
}
