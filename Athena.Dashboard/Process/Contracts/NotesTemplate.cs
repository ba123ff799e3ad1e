using System.Collections.Immutable;

namespace Athena.Dashboard.Process.Contracts;

/// <summary>
/// The template of release notes. Text may hold the placeholders <c>{product}</c>, <c>{version}</c>, <c>{title}</c>,
/// <c>{date}</c>, <c>{type}</c>, <c>{support}</c> and <c>{feedback}</c>.
/// </summary>
/// <param name="Heading">Markdown of the first line, without <c>#</c>.</param>
/// <param name="Preamble">Markdown between heading and first section.</param>
/// <param name="Footer">Markdown after the last section, below a rule.</param>
public sealed record NotesTemplate(string Heading, string Preamble, ImmutableArray<NotesSection> Sections, string Footer);

/// <param name="Key"><c>breaking-changes</c>.</param>
/// <param name="Title">As it is printed, pictogram included.</param>
/// <param name="Hint">What belongs there, for the writer.</param>
/// <param name="EmptyText">What is printed when there is nothing; null when the section is then left out.</param>
/// <param name="Subsections">Titles one level below.</param>
/// <param name="NeedsMigrationLink">When the section has content, it must link to a migration guide.</param>
public sealed record NotesSection(
    string Key,
    string Title,
    string Hint,
    string? EmptyText,
    ImmutableArray<string> Subsections,
    bool NeedsMigrationLink);
