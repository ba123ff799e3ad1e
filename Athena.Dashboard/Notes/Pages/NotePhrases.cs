using Athena.Dashboard.Notes.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;

namespace Athena.Dashboard.Notes.Pages;

/// <summary>The words and shapes in which pages speak of notes.</summary>
internal static class NotePhrases
{
    public static (StateKind Kind, string Text) State(NotesDraft? draft) => draft switch
    {
        null => (StateKind.Neutral, "Not started"),
        { IsPublishedCurrent: true } => (StateKind.Good, "Published"),
        { PublishedAt: not null, IsApproved: true } => (StateKind.Progress, "Changes approved"),
        { PublishedAt: not null } => (StateKind.Hold, "Changed since published"),
        { IsApproved: true } => (StateKind.Progress, "Approved"),
        { Approvals.IsEmpty: false } => (StateKind.Progress, "Being approved"),
        { Voided.IsEmpty: false } => (StateKind.Hold, "Approval fell"),
        _ => (StateKind.Neutral, "Draft"),
    };

    /// <summary>Why a button cannot be pressed: everything at once, and who can.</summary>
    public static string? Why(Refusal? refusal) =>
        refusal is null ? null
        : !refusal.Items.IsEmpty ? $"{refusal.Title} {string.Join(" ", refusal.Items.Select(item => $"{item.Place} {item.Message}."))}"
        : !refusal.WhoCan.IsEmpty ? $"{refusal.Title} {string.Join(", ", refusal.WhoCan)} can."
        : $"{refusal.Title} {refusal.Detail}".TrimEnd();
}
