using System.Collections.Immutable;

namespace Athena.Dashboard.Platform.Kernel;

/// <summary>Why a command was not carried out; the page and the API show the same one.</summary>
/// <param name="Kind">The class of reason; decides the HTTP status and nothing else.</param>
/// <param name="Code">A stable word for programs, snake_case, e.g. <c>gate_open</c>.</param>
/// <param name="Title">What was refused and why, one sentence.</param>
/// <param name="Detail">What can be done about it, one or two sentences; may be empty.</param>
public sealed record Refusal(RefusalKind Kind, string Code, string Title, string Detail = "")
{
    /// <summary>Every single reason, all at once: a field, a line of a document, an open gate item.</summary>
    public ImmutableArray<RefusalItem> Items { get; init; } = [];

    /// <summary>Who can do what was refused: role titles or names. Empty where the question makes no sense.</summary>
    public ImmutableArray<string> WhoCan { get; init; } = [];

    /// <summary>After which time the same may be tried again; null where waiting does not help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Input that cannot be taken: 400.</summary>
    public static Refusal Invalid(string code, string title, params ReadOnlySpan<RefusalItem> items) =>
        new(RefusalKind.Invalid, code, title) { Items = [.. items] };

    /// <summary>The thing named does not exist, or not for this actor: 404.</summary>
    public static Refusal NotFound(string what, string name) =>
        new(RefusalKind.NotFound, "not_found", $"There is no {what} {name}.");

    /// <summary>The state of the thing does not allow the command: 409.</summary>
    public static Refusal Conflict(string code, string title, string detail = "") => new(RefusalKind.Conflict, code, title, detail);

    /// <summary>The actor may not: 403.</summary>
    public static Refusal Forbidden(string title, params ReadOnlySpan<string> whoCan) =>
        new(RefusalKind.Forbidden, "forbidden", title) { WhoCan = [.. whoCan] };

    /// <summary>Somebody else changed the thing first: 412.</summary>
    public static Refusal Stale(string what) =>
        new(RefusalKind.Stale, "stale_version", $"{what} was changed by someone else in the meantime.", "Look at the new state, then try again.");
}

/// <summary>One reason among several.</summary>
/// <param name="Place">Where: a field (<c>stages[1].percentage</c>), a place in a document (<c>line 12, column 5</c>), or the thing's title.</param>
/// <param name="Message">What is wrong there.</param>
/// <param name="Found">What was found, when it can be quoted.</param>
/// <param name="Expected">What would be accepted.</param>
/// <param name="WhoCan">Who can put it right; empty where the caller can.</param>
/// <param name="Since">Since when it has been so, when that is known.</param>
public sealed record RefusalItem(
    string Place,
    string Message,
    string? Found = null,
    string? Expected = null,
    string? WhoCan = null,
    DateTimeOffset? Since = null);

public enum RefusalKind
{
    Invalid,
    NotSignedIn,
    Forbidden,
    NotFound,
    Conflict,
    Stale,
    TooLarge,
    WrongType,
    WrongMethod,
    TooMany,
}
