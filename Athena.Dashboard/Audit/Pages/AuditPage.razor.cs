using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Audit.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Audit.Pages;

/// <summary>The event log for people; filters and place live in the address.</summary>
public sealed partial class AuditPage
{
    private static readonly Option<string>[] Types =
    [
        new("", "Everything"),
        .. EventTypes.Names.GroupBy(EventWords.Area).OrderBy(area => area.Key, StringComparer.Ordinal).SelectMany(area =>
            area.Select(type => new Option<string>(type, $"{area.Key}: {EventWords.Sentence(type).ToLowerInvariant()}")).Prepend(new Option<string>(area.Key, $"{area.Key}: everything"))),
    ];

    private ImmutableArray<AuditEntry>? read;
    private AuditFilter? readFor;
    private long? older;
    private bool seesSource;

    [Inject]
    private AuditQueries Queries { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [CascadingParameter]
    private PersonZone? Zone { get; set; }

    [SupplyParameterFromQuery]
    private string? Subject { get; set; }

    [SupplyParameterFromQuery]
    private string? Actor { get; set; }

    [SupplyParameterFromQuery]
    private string? Type { get; set; }

    [SupplyParameterFromQuery]
    private string? From { get; set; }

    [SupplyParameterFromQuery]
    private string? To { get; set; }

    [SupplyParameterFromQuery]
    private long? Before { get; set; }

    private IReadOnlyList<AuditEntry>? Entries => read;

    private DateOnly? FromDate => DateOf(From);

    private DateOnly? ToDate => DateOf(To);

    private bool IsFiltered => Wanted with { Before = null } != new AuditFilter();

    // The last day counts whole.
    private AuditFilter Wanted => new(Subject, Actor, Type, BeginOf(FromDate), BeginOf(ToDate?.AddDays(1)), Before);

    // An older page does not change any more.
    protected override bool Concerns(EventEnvelope envelope) => Before is null;

    protected override async Task OnParametersSetAsync()
    {
        if (readFor is not null && readFor != Wanted) await ReadAsync(Gone);
    }

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var actor = await Actors.GetAsync(cancellationToken);
        seesSource = actor.May(Permission.ManagePeople);
        readFor = Wanted;
        var page = await Queries.ReadAsync(readFor, actor, cancellationToken);
        (read, older) = (page.Entries, page.Older);
    }

    private void Filter(string name, string? value) =>
        Navigation.NavigateTo(HrefOf(name, value), replace: true);

    // Another filter begins at the newest again.
    private string HrefOf(string name, string? value) =>
        Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { [name] = string.IsNullOrWhiteSpace(value) ? null : value.Trim(), ["before"] = null });

    private DateTimeOffset? BeginOf(DateOnly? date)
    {
        if (date is not { } day) return null;
        var local = day.ToDateTime(TimeOnly.MinValue);
        var zone = (Zone ?? PersonZone.Utc).Zone;
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }

    private static DateOnly? DateOf(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    private static string? TextOf(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
