using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Alerts.Domain;

/// <summary>Alerts that match every matcher are shown and not sent until it ends. It always ends.</summary>
public sealed record Silence : IVersioned
{
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    private const int LongestComment = 500;

    public required Guid Id { get; init; }

    public required ImmutableArray<Matcher> Matchers { get; init; }

    public required DateTimeOffset StartsAt { get; init; }

    public required DateTimeOffset EndsAt { get; init; }

    public required string Comment { get; init; }

    public required string By { get; init; }

    public long Version { get; init; } = 1;

    public bool IsActive(DateTimeOffset now) => StartsAt <= now && now < EndsAt;

    public bool Covers(Alert alert) => Matchers.All(matcher => matcher.Matches(alert.Labels));

    public string Text => string.Join(", ", Matchers.Select(matcher => matcher.Text));

    /// <summary>Everything that is wrong with it is refused together.</summary>
    public static Outcome<Silence> Make(ImmutableArray<Matcher> matchers, TimeSpan length, string? comment, string by, DateTimeOffset now)
    {
        var wrong = ImmutableArray.CreateBuilder<RefusalItem>();
        if (matchers.IsDefaultOrEmpty) wrong.Add(new RefusalItem("matchers", "are missing; a silence of everything is not one", null, "at least one"));
        else
        {
            foreach (var matcher in matchers)
            {
                if (string.IsNullOrWhiteSpace(matcher.Label)) wrong.Add(new RefusalItem("matchers", "names no label", matcher.Text, "label=value"));
                else if (matcher.Fault() is { } fault) wrong.Add(new RefusalItem("matchers", fault, matcher.Text, "a regular expression"));
            }

            if (wrong.Count == 0 && matchers.All(matcher => matcher.Matches(ImmutableSortedDictionary<string, string>.Empty)))
                wrong.Add(new RefusalItem("matchers", "match an alert without labels, so they match everything", string.Join(", ", matchers.Select(matcher => matcher.Text)), "one that needs a label"));
        }

        if (length <= TimeSpan.Zero || length > Longest) wrong.Add(new RefusalItem("minutes", "is no length of a silence", Durations.Format(length), "above zero and at most " + Durations.Format(Longest)));
        if (string.IsNullOrWhiteSpace(comment)) wrong.Add(new RefusalItem("comment", "is missing", null, "why it is silent, one sentence"));
        else if (comment.Length > LongestComment) wrong.Add(new RefusalItem("comment", "is too long", FormattableString.Invariant($"{comment.Length} characters"), FormattableString.Invariant($"at most {LongestComment}")));
        if (wrong.Count > 0) return Refusal.Invalid("silence_invalid", "The silence cannot begin like this.") with { Items = wrong.ToImmutable() };
        return new Silence { Id = Guid.CreateVersion7(now), Matchers = matchers, StartsAt = now, EndsAt = now + length, Comment = comment!.Trim(), By = by };
    }
}

/// <summary>A condition on one label; a label that is not there is empty.</summary>
public sealed record Matcher(string Label, MatchOperator Operator, string Value)
{
    /// <summary>Reads <c>flag=views</c>, <c>severity!=critical</c>, <c>alertname=~Held.*</c>; null for anything else.</summary>
    public static Matcher? Parse(string text)
    {
        foreach (var (sign, meaning) in ((string, MatchOperator)[])[("!=", MatchOperator.IsNot), ("=~", MatchOperator.Like), ("!~", MatchOperator.NotLike), ("=", MatchOperator.Is)])
        {
            var at = text.IndexOf(sign, StringComparison.Ordinal);
            // The first sign in the text counts: what follows belongs to the value.
            if (at > 0 && text.IndexOfAny(['=', '!']) == at) return new Matcher(text[..at].Trim(), meaning, text[(at + sign.Length)..].Trim());
        }

        return null;
    }

    public string Text => Label + Operator switch { MatchOperator.Is => "=", MatchOperator.IsNot => "!=", MatchOperator.Like => "=~", _ => "!~" } + Value;

    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        var value = labels.GetValueOrDefault(Label, "");
        return Operator switch
        {
            MatchOperator.Is => value == Value,
            MatchOperator.IsNot => value != Value,
            MatchOperator.Like => Like(value) is true,
            _ => Like(value) is false,
        };
    }

    /// <returns>Null when it can be used.</returns>
    public string? Fault()
    {
        if (Operator is MatchOperator.Is or MatchOperator.IsNot) return null;
        try
        {
            BoundedRegex.Of(Anchored);
            return null;
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            return fault.Message;
        }
    }

    // As Alertmanager's are.
    private string Anchored => "^(?:" + Value + ")$";

    /// <returns>Null when it takes too long to find out: such an expression silences nothing, whichever way it asks.</returns>
    private bool? Like(string value)
    {
        try
        {
            return Regex.IsMatch(value, Anchored, RegexOptions.CultureInvariant, BoundedRegex.LongestMatch);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }
}

public enum MatchOperator
{
    Is,
    IsNot,

    /// <summary>A regular expression over the whole value.</summary>
    Like,
    NotLike,
}

/// <summary>While an alert that matches <paramref name="Source"/> fires, those that match <paramref name="Target"/> and agree with it in some labels are not sent.</summary>
public sealed record Inhibition(ImmutableArray<Matcher> Source, ImmutableArray<Matcher> Target, ImmutableArray<string> Equal)
{
    public const string FailingSource = "HealthSourceFailing";
    public const string HeldRollout = "RolloutHeld";

    /// <summary>
    /// What is critical speaks for the warnings about the same measure of the same rollout, and a source that fails for
    /// the rollouts that wait for its reports.
    /// </summary>
    public static readonly ImmutableArray<Inhibition> All =
    [
        new(
            [new Matcher(AlertLabels.Severity, MatchOperator.Is, "critical")],
            [new Matcher(AlertLabels.Severity, MatchOperator.Is, "warning")],
            [AlertLabels.Rollout, AlertLabels.Metric]),
        new(
            [new Matcher(AlertLabels.Name, MatchOperator.Is, FailingSource)],
            [new Matcher(AlertLabels.Name, MatchOperator.Is, HeldRollout), new Matcher(AlertLabels.Cause, MatchOperator.Like, "stale|silent")],
            [AlertLabels.Environment]),
    ];

    /// <summary>Equal labels have to be there: two alerts without a rollout are not of the same one.</summary>
    public bool Holds(Alert target, IEnumerable<Alert> alerts) =>
        Target.All(matcher => matcher.Matches(target.Labels))
        && alerts.Any(source => source.Id != target.Id
            && source.IsFiring
            && Source.All(matcher => matcher.Matches(source.Labels))
            && Equal.All(label => source.Labels.TryGetValue(label, out var value) && target.Labels.GetValueOrDefault(label) == value));
}
