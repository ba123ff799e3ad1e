namespace Athena.Dashboard.Platform.Ui;

/// <summary>One step of the path to a page.</summary>
/// <param name="Href">Null for the page itself.</param>
public sealed record Crumb(string Text, string? Href = null);
