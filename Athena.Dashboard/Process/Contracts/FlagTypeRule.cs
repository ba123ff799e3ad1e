namespace Athena.Dashboard.Process.Contracts;

/// <param name="Key"><c>release</c>, <c>operational</c>, <c>experimental</c>.</param>
/// <param name="Lifecycle">In words: <c>Temporary (removed after full rollout)</c>.</param>
/// <param name="IsTemporary">Such a flag is due for removal at some time.</param>
/// <param name="RemoveWithin">How long after its purpose is served a temporary flag may stay; null for permanent ones.</param>
/// <param name="Example">Key of an example.</param>
public sealed record FlagTypeRule(
    string Key,
    string Title,
    string Purpose,
    string Lifecycle,
    bool IsTemporary,
    TimeSpan? RemoveWithin,
    string Example);
