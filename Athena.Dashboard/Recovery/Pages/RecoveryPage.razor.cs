using System.Collections.Immutable;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Recovery.Contracts;
using Athena.Dashboard.Recovery.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Recovery.Pages;

/// <summary>All procedures, those that are open first, and what post-mortems still ask for.</summary>
public sealed partial class RecoveryPage
{
    private ImmutableArray<ProcedureRow>? rows;
    private string? refusal;
    private OpenProcedureDialog open = default!;

    [Inject]
    private RecoveryQueries Queries { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    // A step becomes overdue without anything happening.
    protected override bool Ticks => rows?.Any(row => row.Procedure.IsOpen) ?? false;

    private IReadOnlyList<ProcedureRow>? Items => rows is { } known ? known : null;

    private DateOnly Today => DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime);

    private List<OpenFollowUp> FollowUps =>
    [
        .. (rows ?? []).Where(row => row.Report is not null)
            .SelectMany(row => row.Report!.FollowUps.Where(one => !one.IsDone).Select(one => new OpenFollowUp(row.Report, one)))
            .OrderBy(row => row.FollowUp.DueOn),
    ];

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject.Kind == RecoverySubject.Kind;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        rows = await Queries.ListAsync(release: null, rolloutId: null, cancellationToken);
        refusal = RecoveryPhrases.Why((await Current.GetAsync(cancellationToken)).Lacks(Permission.LowerExposure, "open the procedure of a rollback"));
    }

    protected override Task ReadOnTickAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private sealed record OpenFollowUp(PostMortem Report, FollowUp FollowUp);
}
