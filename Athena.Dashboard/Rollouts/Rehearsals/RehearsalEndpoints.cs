using System.Collections.Immutable;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain.Rehearsals;

namespace Athena.Dashboard.Rollouts.Rehearsals;

/// <summary>Rehearsals of plans over HTTP.</summary>
internal static class RehearsalEndpoints
{
    public static void MapRehearsalApi(this IEndpointRouteBuilder routes)
    {
        var rehearsals = routes.MapApi("/api/rollouts", Permission.See).WithTags("Rollouts");
        rehearsals.MapGet("/{id:guid}/rehearsals", ListAsync);
        rehearsals.MapGet("/{id:guid}/rehearsals/{rehearsal:guid}", FindAsync);
        rehearsals.MapGet("/{id:guid}/recordings", RecordingsAsync);

        var acting = routes.MapApi("/api/rollouts", Permission.TakePart).WithTags("Rollouts");
        acting.MapPost("/{id:guid}/rehearsals", AskAsync);
        acting.MapPost("/{id:guid}/rehearsals/{rehearsal:guid}/cancellations", CancelAsync);
    }

    private static async Task<IResult> ListAsync(Guid id, RehearsalService service, CancellationToken cancellationToken) =>
        await service.ViewAsync(id, cancellationToken) is { } view
            ? TypedResults.Ok(view.Own.Select(rehearsal => RehearsalResource.Of(rehearsal, view)))
            : Refusal.NotFound("rollout", id.ToString()).ToResult();

    private static async Task<IResult> FindAsync(Guid id, Guid rehearsal, RehearsalService service, CancellationToken cancellationToken) =>
        await service.ViewAsync(id, cancellationToken) is { } view && view.Own.FirstOrDefault(one => one.Id == rehearsal) is { } found
            ? TypedResults.Ok(RehearsalResource.Of(found, view))
            : Refusal.NotFound("rehearsal", rehearsal.ToString()).ToResult();

    /// <summary>Earlier rollouts in the same environment that a plan can be tried against, with the figures of their traffic.</summary>
    private static async Task<IResult> RecordingsAsync(Guid id, RehearsalService service, CancellationToken cancellationToken) =>
        TypedResults.Ok(await service.RecordingsAsync(id, cancellationToken));

    private static async Task<IResult> AskAsync(Guid id, WishResource? body, RehearsalService service, ICurrentActor current, CancellationToken cancellationToken)
    {
        var asked = await service.AskAsync(id, (body ?? new WishResource()).ToWish(), await current.GetAsync(cancellationToken), cancellationToken);
        return asked.ToResult(rehearsal => TypedResults.Accepted($"/api/rollouts/{id}/rehearsals/{rehearsal.Id}", RehearsalResource.Of(rehearsal, isOfThisPlan: true)));
    }

    private static async Task<IResult> CancelAsync(Guid id, Guid rehearsal, RehearsalService service, ICurrentActor current, CancellationToken cancellationToken) =>
        (await service.CancelAsync(id, rehearsal, await current.GetAsync(cancellationToken), cancellationToken))
            .ToResult(cancelled => TypedResults.Ok(RehearsalResource.Of(cancelled, isOfThisPlan: true)));

    /// <summary>What is wanted; everything has a default.</summary>
    internal sealed record WishResource
    {
        public RehearsalData? Data { get; init; }

        public FiguresResource? Figures { get; init; }

        /// <summary>Id of the rollout whose counts are used.</summary>
        public Guid? Recording { get; init; }

        public int? Seed { get; init; }

        public int? Runs { get; init; }

        public RehearsalWish ToWish() => new(Data ?? RehearsalData.Simulated, (Figures ?? new FiguresResource()).ToFigures(), Recording, Seed ?? 1, Runs ?? RehearsalWish.UsualRuns);
    }

    /// <summary>As <see cref="RehearsalFigures"/>; what is left out is as usual.</summary>
    internal sealed record FiguresResource
    {
        public double? RequestsPerMinute { get; init; }

        public double? ErrorRate { get; init; }

        public double? ResponseTime { get; init; }

        public double? ResponseSpread { get; init; }

        public double? Bursts { get; init; }

        public bool? DayAndNight { get; init; }

        public double? ScoresPerThousand { get; init; }

        public double? MeanScore { get; init; }

        public RehearsalFigures ToFigures()
        {
            var usual = RehearsalFigures.Default;
            return new RehearsalFigures
            {
                RequestsPerMinute = RequestsPerMinute ?? usual.RequestsPerMinute,
                ErrorRate = ErrorRate ?? usual.ErrorRate,
                ResponseTime = ResponseTime ?? usual.ResponseTime,
                ResponseSpread = ResponseSpread ?? usual.ResponseSpread,
                Bursts = Bursts ?? usual.Bursts,
                DayAndNight = DayAndNight ?? usual.DayAndNight,
                ScoresPerThousand = ScoresPerThousand ?? usual.ScoresPerThousand,
                MeanScore = MeanScore ?? usual.MeanScore,
            };
        }
    }

    /// <param name="OfThisPlan">False when the plan, or the process that it was made with, was another.</param>
    internal sealed record RehearsalResource(
        Guid Id,
        Guid RolloutId,
        RehearsalState State,
        bool OfThisPlan,
        int ProcessVersion,
        RehearsalWish Wish,
        int Runs,
        string RequestedBy,
        DateTimeOffset RequestedAt,
        DateTimeOffset? StartedAt,
        DateTimeOffset? EndedAt,
        string? Why,
        RehearsalResult? Result,
        PlayedRecording? Played)
    {
        public static RehearsalResource Of(Rehearsal rehearsal, RehearsalView view) => Of(rehearsal, view.IsOfThisPlan(rehearsal));

        public static RehearsalResource Of(Rehearsal rehearsal, bool isOfThisPlan) => new(
            rehearsal.Id, rehearsal.RolloutId, rehearsal.State, isOfThisPlan, rehearsal.ProcessVersion, rehearsal.Wish, rehearsal.Runs, rehearsal.RequestedBy,
            rehearsal.RequestedAt, rehearsal.StartedAt, rehearsal.EndedAt, rehearsal.Why, rehearsal.Result, rehearsal.Played);
    }
}
