using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Identity.Pages;

/// <summary>One's own account.</summary>
public sealed partial class ProfilePage
{
    private static readonly string[] Zones =
        [.. TimeZoneInfo.GetSystemTimeZones().Where(zone => zone.HasIanaId).Select(zone => zone.Id).Order(StringComparer.Ordinal)];

    private PersonRow? person;
    private Refusal? profileRefusal;
    private Refusal? passwordRefusal;
    private Guid id;
    private string? name;
    private string? zone;
    private string? current;
    private string? next;

    [Inject]
    private PeopleQueries Queries { get; set; } = default!;

    [Inject]
    private PeopleService Service { get; set; } = default!;

    [Inject]
    private PasswordService Passwords { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    [CascadingParameter]
    private PersonZone? Shown { get; set; }

    private string? Unchanged => name == person?.Name && (zone ?? "") == (person?.Zone ?? "") ? "Nothing is changed." : null;

    private string ShownIn => (Shown ?? PersonZone.Utc).Zone.Id;

    private string ZoneHint => $"An IANA name. All times are shown in it; empty: in the browser's. Now: {ShownIn}.";

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject == PersonSubject.Of(id);

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        id = (await Actors.GetAsync(cancellationToken)).Id;
        var read = await Queries.FindAsync(id, cancellationToken);
        // What is being typed stays.
        if (person is null || name == person.Name) name = read?.Name;
        if (person is null || zone == person.Zone) zone = read?.Zone;
        person = read;
    }

    private async Task<Refusal?> SaveAsync()
    {
        profileRefusal = null;
        var outcome = await Service.ChangeProfileAsync(person!.Version, name, zone, await Actors.GetAsync(), CancellationToken.None);
        if (outcome.IsAccepted) await ReadAsync(Gone);
        StateHasChanged();
        return outcome.Refusal;
    }

    private async Task<Refusal?> ChangePasswordAsync()
    {
        passwordRefusal = null;
        return (await Passwords.ChangeAsync(current, next, await Actors.GetAsync(), CancellationToken.None)).Refusal;
    }

    private async Task<Refusal?> EndSessionsAsync()
    {
        var actor = await Actors.GetAsync();
        return (await Service.EndSessionsAsync(actor.Id, actor, CancellationToken.None)).Refusal;
    }
}
