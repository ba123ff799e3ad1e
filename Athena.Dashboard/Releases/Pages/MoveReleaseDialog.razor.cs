using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Releases.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Releases.Pages;

/// <summary>Moves the target date, and says first what moves with it.</summary>
public sealed partial class MoveReleaseDialog
{
    private ModalDialog dialog = default!;
    private ImmutableArray<MovedDate>? moved;
    private Refusal? refusal;
    private DateOnly? target;
    private string? zone;
    private string? reason;
    private long version;

    /// <summary>The release as it is now.</summary>
    [Parameter, EditorRequired]
    public required Release Release { get; set; }

    [Inject]
    private ReleaseQueries Queries { get; set; } = default!;

    [Inject]
    private ReleaseService Releases { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    private string? Missing =>
        target is null ? "Choose a date first."
        : target == Release.TargetDate && zone == Release.Zone ? "Choose another date first."
        : null;

    public Task OpenAsync()
    {
        (refusal, moved, target, zone, reason, version) = (null, null, Release.TargetDate, Release.Zone, "", Release.Version);
        return dialog.OpenAsync();
    }

    private string? ErrorOf(string place) => FieldErrors.Of(refusal, place);

    private Task MoveAsync(DateOnly? day)
    {
        target = day;
        return PreviewAsync();
    }

    private Task MoveToZoneAsync(string? name)
    {
        zone = name?.Trim();
        return PreviewAsync();
    }

    private async Task PreviewAsync()
    {
        (moved, refusal) = (null, null);
        if (target is not { } day) return;
        var preview = await Queries.PreviewMoveAsync(Release.Semver, day, zone, default);
        if (preview.IsAccepted) moved = preview.Value;
        else refusal = preview.Refusal;
    }

    private async Task<Refusal?> SaveAsync()
    {
        refusal = null;
        var saved = await Releases.RescheduleAsync(Release.Semver, version, target, zone, reason, await Current.GetAsync(), default);
        if (saved.Refusal is not { } refused)
        {
            await dialog.CloseAsync();
            return null;
        }

        // What was typed stays; the next press answers to the release as it is now.
        if (refused.Kind == RefusalKind.Stale) version = (await Queries.FindDetailsAsync(Release.Semver, default))!.Release.Version;
        return refused;
    }

    private static string Text(DateTimeOffset instant, string zone, bool wholeDay)
    {
        var day = ReleaseDay.Of(instant, zone);
        if (wholeDay) return day.ToString("ddd d MMM", CultureInfo.InvariantCulture);
        var time = instant - ReleaseDay.StartOf(day, zone);
        return day.ToString("ddd d MMM", CultureInfo.InvariantCulture) + string.Create(CultureInfo.InvariantCulture, $", {time:hh\\:mm}");
    }
}
