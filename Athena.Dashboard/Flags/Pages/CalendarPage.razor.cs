using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>A month of what flags do by themselves, in the person's zone; the month lives in the address.</summary>
public sealed partial class CalendarPage
{
    private static readonly Crumb[] Crumbs = [new("Flags", "flags")];

    private ImmutableArray<FlagMoment>? moments;
    private DateOnly? readFor;

    [Inject]
    private FlagCalendar Calendar { get; set; } = default!;

    [CascadingParameter]
    private PersonZone? Person { get; set; }

    /// <summary><c>2026-12</c>; by default the present one.</summary>
    [SupplyParameterFromQuery]
    private string? Month { get; set; }

    private TimeZoneInfo Zone => (Person ?? PersonZone.Utc).Zone;

    private DateOnly First => DateOnly.TryParseExact(Month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) && month.Year is > 1970 and < 9000
        ? month
        : DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Clock.GetUtcNow(), Zone).DateTime) is var today ? today.AddDays(1 - today.Day) : default;

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject.Kind is FlagSubject.Kind or QueuedChangeSubject.Kind;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        readFor = First;
        moments = await Calendar.ListAsync(Begin(First), Begin(First.AddMonths(1)), cancellationToken);
    }

    // Another month keeps the component.
    protected override Task OnParametersSetAsync() => readFor is null || readFor == First ? Task.CompletedTask : ReadAsync(Gone);

    private DateTimeOffset Begin(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, Zone.GetUtcOffset(midnight)).ToUniversalTime();
    }

    private static (StateKind Kind, string Word) Told(FlagMoment moment) => moment switch
    {
        { State: QueuedChangeState.Refused } => (StateKind.Hold, "Not made"),
        { State: QueuedChangeState.Cancelled } => (StateKind.Muted, "Taken out"),
        { State: QueuedChangeState.Made } => (StateKind.Good, "Made"),
        { Kind: FlagMomentKind.SwitchesOn } => (StateKind.Progress, "Switches on"),
        { Kind: FlagMomentKind.SwitchesOff } => (StateKind.Muted, "Switches off"),
        _ => (StateKind.Neutral, "Changes"),
    };

    private static string Name(DateOnly month) => month.ToString("MMMM yyyy", CultureInfo.InvariantCulture);

    private static string Short(DateOnly month) => month.ToString("MMM yyyy", CultureInfo.InvariantCulture);

    private static string HrefOf(DateOnly month) => $"flag-calendar?month={month.ToString("yyyy-MM", CultureInfo.InvariantCulture)}";
}
