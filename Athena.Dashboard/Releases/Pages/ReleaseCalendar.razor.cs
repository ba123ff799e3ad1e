using System.Globalization;
using Athena.Dashboard.Releases.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Releases.Pages;

/// <summary>The phases of a release as bars over its days, with today and the target date.</summary>
public sealed partial class ReleaseCalendar
{
    [Parameter, EditorRequired]
    public required ReleaseSchedule Schedule { get; set; }

    [Parameter, EditorRequired]
    public DateOnly Today { get; set; }

    [Parameter, EditorRequired]
    public DateOnly Target { get; set; }

    private DateOnly First => Schedule.Milestones[0].First;

    private DateOnly Last => Schedule.Milestones[^1].Last;

    private int Days => Last.DayNumber - First.DayNumber + 1;

    private string Share(DateOnly day) => Percent(day.DayNumber - First.DayNumber);

    private string Length(Milestone milestone) => Percent(milestone.Last.DayNumber - milestone.First.DayNumber + 1);

    private string Percent(int days) => (100.0 * days / Days).ToString("0.###", CultureInfo.InvariantCulture);

    private string Standing(Milestone milestone) => milestone.Last < Today ? "past" : milestone.First > Today ? "ahead" : "now";

    private string Dates(Milestone milestone) =>
        milestone.First == milestone.Last ? milestone.First.Short(Today) : $"{milestone.First.Short(Today)} – {milestone.Last.Short(Today)}";
}
