using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Identity.Pages;

/// <summary>All accounts, for those who manage them.</summary>
public sealed partial class PeoplePage
{
    private IReadOnlyList<PersonRow>? people;
    private AddPersonDialog adding = default!;
    private ChangePersonDialog changing = default!;

    [Inject]
    private PeopleQueries Queries { get; set; } = default!;

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject.Kind == PersonSubject.Kind;

    protected override async Task ReadAsync(CancellationToken cancellationToken) => people = await Queries.ListAsync(cancellationToken);

    private (StateKind Kind, string Text, string? Why) StateOf(PersonRow row) =>
        row.DisabledAt is not null ? (StateKind.Muted, "disabled", "May not sign in")
        : row.LockedUntil > Clock.GetUtcNow() ? (StateKind.Hold, "locked", "Too many wrong tries")
        : row.HasPassword ? (StateKind.Good, "active", null)
        : row.LinkExpiresAt > Clock.GetUtcNow() ? (StateKind.Progress, "invited", "Has not set a password yet")
        : (StateKind.Hold, "link over", "The link to set a password was not used in time: make another");
}
