using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain.Rehearsals;
using Athena.Dashboard.Rollouts.Rehearsals;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Rollouts.Pages;

/// <summary>Against what a plan is tried.</summary>
public sealed partial class RehearseDialog
{
    private ModalDialog dialog = default!;
    private Refusal? refusal;
    private RehearsalData data;
    private ImmutableArray<Recording> recordings = [];
    private Guid recording;
    private Guid prefilled;
    private decimal? requests;
    private decimal? errors;
    private decimal? response;
    private decimal? spread;
    private decimal? bursts;
    private decimal? scores;
    private decimal? score;
    private bool dayAndNight;

    [Parameter, EditorRequired]
    public required Guid RolloutId { get; set; }

    [Inject]
    private RehearsalService Service { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    private IReadOnlyList<Option<RehearsalData>> Ways =>
    [
        new(RehearsalData.Simulated, "Simulated traffic"),
        new(RehearsalData.Recorded, recordings.IsEmpty ? "Recorded traffic (nothing is recorded here yet)" : "Recorded traffic", recordings.IsEmpty),
        new(RehearsalData.Played, recordings.IsEmpty ? "An earlier rollout, played once (there is none)" : "An earlier rollout, played once", recordings.IsEmpty),
    ];

    private IReadOnlyList<Option<Guid>> Recordings =>
        [.. recordings.Select(one => new Option<Guid>(one.RolloutId, $"{one.Title}, {one.State.Word()}, {RehearsalWords.Time(one.Minutes * 60.0)}"))];

    private string Explained => data switch
    {
        RehearsalData.Recorded => "Hours of an earlier rollout are drawn again and again, so that its days and bursts stay. Who has the feature is dealt by chance.",
        RehearsalData.Played => "Both sides as they were counted: what this plan would have done, and when.",
        _ => "Made up from the figures below.",
    };

    private Recording? Chosen => recordings.FirstOrDefault(one => one.RolloutId == recording);

    private string? TooShort => data == RehearsalData.Recorded && Chosen is { IsEnough: false } few
        ? $"It has {few.Minutes} minutes; {RecordedTraffic.Fewest.TotalMinutes.ToString(CultureInfo.InvariantCulture)} are needed. Simulate with its figures instead."
        : null;

    private string? Missing =>
        data != RehearsalData.Simulated ? TooShort
        : requests is null || errors is null || response is null || spread is null || bursts is null || scores is null || score is null ? "Every figure is needed."
        : null;

    public async Task OpenAsync()
    {
        refusal = null;
        recordings = await Service.RecordingsAsync(RolloutId, CancellationToken.None);
        (recording, prefilled) = (recordings.FirstOrDefault(one => one.IsEnough)?.RolloutId ?? recordings.FirstOrDefault()?.RolloutId ?? Guid.Empty, Guid.Empty);
        data = recordings.Any(one => one.IsEnough) ? RehearsalData.Recorded : RehearsalData.Simulated;
        Prefill(data == RehearsalData.Simulated ? recording : Guid.Empty);
        await dialog.OpenAsync();
    }

    private void Prefill(Guid from)
    {
        prefilled = from;
        var figures = recordings.FirstOrDefault(one => one.RolloutId == from)?.Figures ?? RehearsalFigures.Default;
        (requests, errors, response) = ((decimal)figures.RequestsPerMinute, (decimal)(figures.ErrorRate * 100), (decimal)figures.ResponseTime);
        (spread, bursts, scores, score) = ((decimal)figures.ResponseSpread, (decimal)figures.Bursts, (decimal)figures.ScoresPerThousand, (decimal)figures.MeanScore);
        dayAndNight = figures.DayAndNight;
    }

    private async Task<Refusal?> AskAsync()
    {
        refusal = null;
        var wish = new RehearsalWish(data, data == RehearsalData.Simulated ? Figures() : RehearsalFigures.Default, data == RehearsalData.Simulated ? null : recording, 1, RehearsalWish.UsualRuns);
        var asked = await Service.AskAsync(RolloutId, wish, await Current.GetAsync(), CancellationToken.None);
        if (asked.IsAccepted) await dialog.CloseAsync();
        return asked.Refusal;
    }

    private RehearsalFigures Figures() => new()
    {
        RequestsPerMinute = (double)requests!.Value,
        ErrorRate = (double)errors!.Value / 100,
        ResponseTime = (double)response!.Value,
        ResponseSpread = (double)spread!.Value,
        Bursts = (double)bursts!.Value,
        DayAndNight = dayAndNight,
        ScoresPerThousand = (double)scores!.Value,
        MeanScore = (double)score!.Value,
    };
}
