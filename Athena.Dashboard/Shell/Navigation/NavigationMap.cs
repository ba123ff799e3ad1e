using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Shell.Navigation;

/// <summary>One place of the product.</summary>
/// <param name="Key">Follows <c>g</c> to go there.</param>
/// <param name="OnBar">Also on the bar of a phone.</param>
/// <param name="Needs">Shown to those who may see its page.</param>
public sealed record Place(string Title, string Href, string Icon, char Key, bool OnBar = false, Permission Needs = Permission.See);

/// <summary>Places that belong together; the first group needs no title.</summary>
public sealed record PlaceGroup(string? Title, IReadOnlyList<Place> Places);

/// <summary>The navigation, once: sidebar, phone bar, keys and palette all read it here.</summary>
public static class NavigationMap
{
    public static IReadOnlyList<PlaceGroup> Groups { get; } =
    [
        new(null,
        [
            new("Overview", "/", "home", 'o', OnBar: true),
        ]),
        new("Deliver",
        [
            new("Releases", "/releases", "package", 'r', OnBar: true),
            new("Rollouts", "/rollouts", "rocket", 'l', OnBar: true),
            new("Flags", "/flags", "flag", 'f', OnBar: true),
            new("Segments", "/segments", "layers", 's'),
            new("Playground", "/playground", "play", 'y'),
            new("Experiments", "/experiments", "scale", 'x'),
            new("Health", "/health", "heart-pulse", 'h'),
            new("Alerts", "/alerts", "bell", 't'),
            new("Recovery", "/recovery", "undo", 'b'),
            new("Drills", "/drills", "zap", 'd'),
        ]),
        new("Tell",
        [
            new("Notes", "/release-notes", "book-open", 'n'),
            new("Communication", "/communication", "megaphone", 'c'),
        ]),
        new("Govern",
        [
            new("Process", "/process", "workflow", 'p'),
            new("Audit", "/audit", "history", 'a'),
            new("People", "/settings/people", "users", 'u', Needs: Permission.ManagePeople),
            new("API keys", "/settings/keys", "key-round", 'k', Needs: Permission.ManagePeople),
            new("Mail", "/settings/mail", "mail", 'm'),
        ]),
    ];

    public static IEnumerable<Place> Places => Groups.SelectMany(group => group.Places);
}
