namespace Athena.Dashboard.Platform.Ui;

/// <summary>One tab of a page.</summary>
/// <param name="Key">The word in the URL.</param>
/// <param name="Count">A figure behind the text, e.g. open items; null shows none.</param>
/// <param name="Kind">A state shown before the text; null shows none.</param>
/// <param name="Href">Its own address, where a tab is a page of its own and not a value of the query.</param>
public sealed record Tab(string Key, string Text, int? Count = null, StateKind? Kind = null, string? Href = null);
