using Athena.Dashboard.Notes.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;

namespace Athena.Dashboard.Tests.Notes;

internal static class NoteSamples
{
    public const string Release = "1.2.0";

    public static readonly DateTimeOffset Now = new(2025, 8, 14, 9, 0, 0, TimeSpan.Zero);

    public static readonly NotesTemplate Template = DefaultProcess.Document.Notes;

    public static readonly Actor Product = Person(Role.ProductManager);

    public static readonly Actor Support = Person(Role.Support);

    public static readonly Actor Manager = Person(Role.ReleaseManager);

    public static readonly Actor Engineer = Person(Role.EngineeringLead);

    public static readonly Actor Viewer = Person(Role.Viewer);

    public static readonly Actor Admin = Person(Role.Administrator);

    public static Actor Person(params Role[] roles) =>
        new(ActorKind.Person, Guid.CreateVersion7(Now), string.Join(" and ", roles.Select(role => role.Title())), Permissions.Of(roles), [.. roles]);

    public static string Started =>
        NotesText.Start(Template, DefaultProcess.Document.Product, Release, "Enhanced Database Views", new DateOnly(2025, 8, 15), "Minor Feature Release");

    public static NotesDraft Draft(string text) => NotesDraft.Start(Release, 1, text, Product, Now).State;

    public static NotesDraft Approved(string text) =>
        Draft(text).Approve(null, Product, Now).Value.State.Approve(null, Support, Now).Value.State;

    /// <summary>The template with something said in one section.</summary>
    public static string With(string section, string words) =>
        string.Concat(NotesText.Split(Started).Select(part => part.Heading + (part.Title.Contains(section, StringComparison.Ordinal) ? $"\n{words}\n\n" : part.Body)));
}
