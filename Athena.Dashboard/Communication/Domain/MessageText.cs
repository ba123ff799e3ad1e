using System.Collections.Frozen;
using System.Globalization;

namespace Athena.Dashboard.Communication.Domain;

/// <summary>Subject and Markdown body, with placeholders in braces.</summary>
public sealed record MessageText(string Subject, string Body)
{
    /// <summary>Placeholders that people may write, with what they stand for.</summary>
    public static readonly FrozenDictionary<string, string> Placeholders = new Dictionary<string, string>
    {
        ["product"] = "name of the product",
        ["version"] = "version of the release",
        ["title"] = "title of the release",
        ["date"] = "day of release",
        ["type"] = "type of release",
        ["notes"] = "address of the published release notes; the message then waits for them",
        ["support"] = "mail address for issues",
        ["feedback"] = "mail address for feedback",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, MessageText> Templates = new Dictionary<string, MessageText>
    {
        ["internal-notification"] = new(
            "{product} v{version} goes out on {date}",
            "**{product} v{version} – {title}** ({type}) is planned for **{date}**.\n\nOne week to go: please finish what you own, and tell the release manager now if it does not fit.\n\nThe release, its gates and its timeline are in the release dashboard."),
        ["beta-notification"] = new(
            "{product} v{version} is coming: {title}",
            "Hello,\n\non **{date}** we begin to roll out **{product} v{version} – {title}**. As a member of the beta programme you are among the first to get it.\n\nWhat works, what does not, what is missing: write to {feedback}.\n\nThank you for testing with us."),
        ["social-announcements"] = new(
            "{product} v{version}: {title}",
            "{product} v{version} is here: {title}. What is new: {notes}"),
        ["user-emails"] = new(
            "New in {product}: {title}",
            "Hello,\n\n**{product} v{version} – {title}** is rolling out from today.\n\nWhat is new, and what changed: [release notes]({notes})\n\nIt reaches everybody step by step over the next days. Questions: {support}. What you think: {feedback}."),
        ["support-alerts"] = new(
            "{product} v{version} is rolling out",
            "**{product} v{version} – {title}** has started to roll out.\n\n- Release notes: [{version}]({notes})\n- Questions that you cannot answer go to the release manager.\n\nPlease watch for reports that mention it and pass them on at once."),
    }.ToFrozenDictionary();

    /// <param name="key">Key of the item in the process.</param>
    public static MessageText TemplateOf(string key, string title) =>
        Templates.GetValueOrDefault(key) ?? new MessageText("{product} v{version}: " + title, "**{product} v{version} – {title}** ({type}), planned for {date}.");

    /// <summary>Written to those who were told of a release that was then rolled back.</summary>
    public static readonly MessageText Correction = new(
        "Correction: {product} v{version} was rolled back",
        "Hello,\n\nwe told you about **{product} v{version} – {title}**. We have taken it back for now: you are on the previous version, and there is nothing that you have to do.\n\nWe will write again when it is ready. Questions: {support}.");

    public bool Mentions(string placeholder) =>
        Subject.Contains('{' + placeholder + '}', StringComparison.Ordinal) || Body.Contains('{' + placeholder + '}', StringComparison.Ordinal);

    /// <param name="escape">What is done in the body, which is Markdown, to words that people wrote.</param>
    public MessageText Fill(MessageValues values, Func<string, string> escape) =>
        new(Fill(Subject, values), Fill(Body, values with { Product = escape(values.Product), Title = escape(values.Title), Type = escape(values.Type) }));

    private static string Fill(string text, MessageValues values) => text
        .Replace("{product}", values.Product, StringComparison.Ordinal)
        .Replace("{version}", values.Version, StringComparison.Ordinal)
        .Replace("{title}", values.Title, StringComparison.Ordinal)
        .Replace("{date}", values.Date.ToString("MMMM d, yyyy", CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{type}", values.Type, StringComparison.Ordinal)
        .Replace("{notes}", values.Notes, StringComparison.Ordinal)
        .Replace("{support}", values.Support, StringComparison.Ordinal)
        .Replace("{feedback}", values.Feedback, StringComparison.Ordinal);
}

/// <summary>What the placeholders stand for in one release.</summary>
public sealed record MessageValues(string Product, string Version, string Title, DateOnly Date, string Type, string Notes, string Support, string Feedback);
