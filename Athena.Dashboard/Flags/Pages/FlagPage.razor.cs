using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>One flag: its setting in each environment, why somebody gets what, and its history.</summary>
public sealed partial class FlagPage
{
    private static readonly Tab[] Views = [new("environments", "Targeting"), new("exposure", "Exposure"), new("why", "Why"), new("history", "History"), new("removal", "Removal")];
    private static readonly Crumb[] Crumbs = [new("Flags", "flags")];

    private DescribeFlagDialog describing = default!;
    private ConfirmDialog deleting = default!;
    private IReadOnlyList<TargetEnvironment> environments = [];
    private Actor actor = default!;
    private string? mayNotEdit;
    private string? readFor;
    private List<ChangeRequestView> waiting = [];
    private ImmutableArray<QueuedChange> queued = [];
    private FlagStage? stage;
    private bool isRead;
    private int revision;

    [Inject]
    private FlagQueries Queries { get; set; } = default!;

    [Inject]
    private FlagService Flags { get; set; } = default!;

    [Inject]
    private ChangeRequestQueries Requests { get; set; } = default!;

    [Inject]
    private FlagCalendar Calendar { get; set; } = default!;

    [Inject]
    private FlagCleanup Cleanup { get; set; } = default!;

    [Inject]
    private IProcessCatalog Process { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Parameter]
    public required string Key { get; set; }

    /// <summary><c>environments</c>, <c>exposure</c>, <c>why</c>, <c>history</c> or <c>removal</c>.</summary>
    [SupplyParameterFromQuery]
    private string? Tab { get; set; }

    private FlagView? View { get; set; }

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject == FlagSubject.Of(Key) || envelope.Subject.Kind is ChangeRequestSubject.Kind or QueuedChangeSubject.Kind or CodeScanned.SubjectKind;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        readFor = Key;
        environments = Process.Current.Document.Environments;
        actor = await Actors.GetAsync(cancellationToken);
        mayNotEdit = actor.Lacks(Permission.EditFlags, "edit flags")?.Sentence();
        View = await Queries.FindViewAsync(Key, cancellationToken);
        waiting = [.. (await Requests.ListOpenAsync(cancellationToken)).Where(request => request.Request.FlagKey == Key)];
        queued = await Calendar.WaitingAsync(Key, cancellationToken);
        stage = View is null ? null : (await Cleanup.StagesAsync(cancellationToken))(View.Flag);
        isRead = true;
        revision++;
    }

    // Another flag keeps the component.
    protected override Task OnParametersSetAsync() => readFor is null || readFor == Key ? Task.CompletedTask : ReadAsync(Gone);

    private async Task<Refusal?> DeleteAsync(string reason)
    {
        var deleted = await Flags.DeleteAsync(Key, View!.Flag.Version, reason, await Actors.GetAsync(), CancellationToken.None);
        if (deleted.IsAccepted) Navigation.NavigateTo("flags");
        return deleted.Refusal;
    }

    private static string? InUse(FlagView view) =>
        view.Environments.Any(setting => setting.Enabled || setting.RolloutId is not null || setting.Experiment is not null) ? "Switch it off everywhere and finish its rollouts and experiments first." : null;
}
