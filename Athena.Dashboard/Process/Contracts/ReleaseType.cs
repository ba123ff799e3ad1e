using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Process.Contracts;

/// <summary>A kind of release: how often, how long, and with which phases.</summary>
/// <param name="Key"><c>major</c>, <c>minor</c>, <c>patch</c>, <c>hotfix</c>.</param>
/// <param name="VersionPattern">As the process writes it: <c>X.Y.0</c>.</param>
/// <param name="Bump">Which number of the version goes up.</param>
/// <param name="Frequency">In words: <c>Bi-weekly to Monthly</c>.</param>
/// <param name="CadenceDays">Days from one such release to the next; null when they come as needed.</param>
/// <param name="Timeline">In words: <c>2-4 week development cycle</c>.</param>
/// <param name="DevelopmentDays">Days from start to release that the process allows for.</param>
/// <param name="ReleaseDay">
/// The day of the schedule, counted from its first day as 0, that falls on the target date. Phases before it are
/// scheduled backwards from there.
/// </param>
/// <param name="Phases">In order, without overlap.</param>
/// <param name="Waivers">What it takes to waive a gate item on a release of this type.</param>
public sealed record ReleaseType(
    string Key,
    string Title,
    string VersionPattern,
    VersionBump Bump,
    string Frequency,
    DayRange? CadenceDays,
    string Purpose,
    string Timeline,
    DayRange DevelopmentDays,
    int ReleaseDay,
    ImmutableArray<ReleasePhase> Phases,
    ImmutableArray<string> Characteristics,
    ImmutableArray<string> Examples,
    WaiverRule Waivers)
{
    /// <summary>Days of the whole schedule, the release's own phase included.</summary>
    public int TotalDays => Phases.IsEmpty ? DevelopmentDays.To : Phases[^1].EndDay;
}

public enum VersionBump
{
    Major,
    Minor,
    Patch,
}

/// <summary>A range of whole days, both ends included.</summary>
public sealed record DayRange(int From, int To);

/// <param name="StartDay">First day, counted from the schedule's first day as 0.</param>
/// <param name="EndDay">The day after the last: a phase of one week has <c>EndDay = StartDay + 7</c>.</param>
/// <param name="Activities">What is done, in the process's words.</param>
public sealed record ReleasePhase(string Key, string Title, int StartDay, int EndDay, ImmutableArray<string> Activities)
{
    public int Days => EndDay - StartDay;

    /// <summary>As the process names weeks: <c>Week 1</c>, <c>Week 3-8</c>, or <c>Day 1-2</c> where weeks do not fit.</summary>
    public string Label
    {
        get
        {
            var (unit, length) = StartDay % 7 == 0 && EndDay % 7 == 0 ? ("Week", 7) : ("Day", 1);
            var (first, last) = ((StartDay / length) + 1, EndDay / length);
            return first == last ? $"{unit} {first}" : $"{unit} {first}-{last}";
        }
    }

    /// <summary>Days from the target date to the first day of the phase; negative before it.</summary>
    public int StartOffset(ReleaseType type) => StartDay - type.ReleaseDay;

    /// <summary>Days from the target date to the day after the phase.</summary>
    public int EndOffset(ReleaseType type) => EndDay - type.ReleaseDay;
}

/// <param name="Approvers">How many people besides the one who asks must approve, at least 1.</param>
/// <param name="ApproverRoles">Who may approve.</param>
/// <param name="FollowUpRequired">The waiver must name what will be done afterwards.</param>
public sealed record WaiverRule(int Approvers, ImmutableArray<Role> ApproverRoles, bool FollowUpRequired);
