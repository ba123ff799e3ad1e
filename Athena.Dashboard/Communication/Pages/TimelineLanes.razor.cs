using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Communication.Pages;

/// <summary>Releases as lanes over a common stretch of days: one mark per task and message, stacked by day.</summary>
public sealed partial class TimelineLanes
{
    private static readonly TimeSpan Back = TimeSpan.FromDays(10);
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(32);

    [Parameter, EditorRequired]
    public required ImmutableArray<TimelineOverview> Timelines { get; set; }

    [Parameter, EditorRequired]
    public required DateTimeOffset Now { get; set; }

    private DateTimeOffset From => Now - Back;

    // Mondays, so that the rules are the same for every lane.
    private IEnumerable<DateTimeOffset> Weeks
    {
        get
        {
            var day = new DateTimeOffset(From.UtcDateTime.Date, TimeSpan.Zero).AddDays(1);
            while (day.DayOfWeek != DayOfWeek.Monday) day = day.AddDays(1);
            for (; day < Now + Ahead; day = day.AddDays(7)) yield return day;
        }
    }

    private bool IsInside(DateTimeOffset at) => at >= From && at <= Now + Ahead;

    private string Left(DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"left:{(at - From) / (Back + Ahead) * 100:0.##}%");

    private IEnumerable<IGrouping<int, TimelineRow>> Days(TimelineOverview timeline) =>
        timeline.Rows.Where(row => IsInside(row.Entry.DueAt)).GroupBy(row => row.Entry.Day);

    private string Words(IGrouping<int, TimelineRow> day) =>
        $"{CommunicationPhrases.Day(day.Key)}: {string.Join("; ", day.Select(row => $"{row.Entry.Title} ({CommunicationPhrases.State(row, Now).Text.ToLowerInvariant()})"))}";

    private static string HrefOf(TimelineOverview timeline) => $"/releases/{timeline.Release.Version}?tab=communication";
}
