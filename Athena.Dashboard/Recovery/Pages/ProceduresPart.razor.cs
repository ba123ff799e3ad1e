using System.Collections.Immutable;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Recovery.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Recovery.Pages;

/// <summary>The procedures of one release or one rollout; nothing at all when there are none.</summary>
public sealed partial class ProceduresPart
{
    private ImmutableArray<ProcedureRow> rows = [];

    /// <summary>The release's version; null for any.</summary>
    [Parameter]
    public string? Release { get; set; }

    /// <summary>Null for any.</summary>
    [Parameter]
    public Guid? RolloutId { get; set; }

    [Inject]
    private RecoveryQueries Queries { get; set; } = default!;

    protected override bool Ticks => rows.Any(row => row.Procedure.IsOpen);

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject.Kind == RecoverySubject.Kind;

    protected override async Task ReadAsync(CancellationToken cancellationToken) => rows = await Queries.ListAsync(Release, RolloutId, cancellationToken);

    // Nothing but what is overdue changes by itself.
    protected override Task ReadOnTickAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
