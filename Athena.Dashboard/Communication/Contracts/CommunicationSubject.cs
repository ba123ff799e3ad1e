using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Communication.Contracts;

/// <summary>How events, audit and hub groups name what is said and done around a release, and mail to single people.</summary>
public static class CommunicationSubject
{
    public const string Kind = "communication";

    /// <summary>Mail that belongs to no release's timeline.</summary>
    public const string Direct = "direct";

    /// <summary>The recipient lists and the way out.</summary>
    public const string Settings = "settings";

    /// <param name="release">The release's version, or one of the names above.</param>
    public static Subject Of(string release) => new(Kind, release);
}
