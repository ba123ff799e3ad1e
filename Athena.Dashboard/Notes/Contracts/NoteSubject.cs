using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Notes.Contracts;

/// <summary>How events, audit and hub groups name the notes of a release.</summary>
public static class NoteSubject
{
    public const string Kind = "notes";

    /// <param name="release">The release's version without a leading <c>v</c>.</param>
    public static Subject Of(string release) => new(Kind, release);

    /// <summary>Where the published notes can be read by everybody, as a path of this installation.</summary>
    public static string PublicPath(string release) => "/notes/" + Uri.EscapeDataString(release);
}
