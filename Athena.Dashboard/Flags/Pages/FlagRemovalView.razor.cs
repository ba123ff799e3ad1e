using System.Globalization;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>What is left to do before a flag can go, and the code that still names it.</summary>
public sealed partial class FlagRemovalView : IDisposable
{
    private const int MostShown = 200;

    private static readonly Option<int>[] Snoozes = [new(7, "7 days"), new(30, "30 days"), new(90, "90 days"), new(365, "a year")];

    private readonly CancellationTokenSource gone = new();
    private FlagRemoval? removal;
    private (string Key, int Revision)? readFor;
    private FlagReminderView? reminders;
    private List<(string Environment, DateTimeOffset? At)> evaluated = [];
    private DateTimeOffset watchedSince;
    private bool isOwned;
    private string? mayNot;
    private ConfirmDialog snoozing = default!;
    private int days = 30;

    [Inject]
    private FlagCleanup Cleanup { get; set; } = default!;

    [Inject]
    private FlagReminders Reminders { get; set; } = default!;

    [Inject]
    private FlagEvaluations Evaluations { get; set; } = default!;

    [Inject]
    private FlagQueries Queries { get; set; } = default!;

    [Inject]
    private IProcessCatalog Process { get; set; } = default!;

    [Inject]
    private IOptions<FlagOptions> Options { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    [Parameter, EditorRequired]
    public required string FlagKey { get; set; }

    /// <summary>Grows with every change of the flag.</summary>
    [Parameter]
    public int Revision { get; set; }

    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (readFor == (FlagKey, Revision)) return;
        readFor = (FlagKey, Revision);
        mayNot = (await Actors.GetAsync(gone.Token)).Lacks(Permission.EditFlags, "put reminders off")?.Sentence();
        reminders = await Reminders.FindAsync(FlagKey, gone.Token);
        var use = await Evaluations.FindAsync(gone.Token);
        watchedSince = use.WatchedSince;
        if (await Queries.FindViewAsync(FlagKey, gone.Token) is { } view)
        {
            isOwned = view.Flag.Owner is not null;
            evaluated = [.. view.Environments.Select(setting => (Process.Current.Document.FindEnvironment(setting.Environment)?.Title ?? setting.Environment, use.In(view.Flag, setting.Environment)))];
        }

        removal = reminders is null ? null : await Cleanup.FindAsync(FlagKey, gone.Token);
    }

    private async Task<Refusal?> SnoozeAsync(string reason) => (await Reminders.SnoozeAsync(FlagKey, days, reason, await Actors.GetAsync(), CancellationToken.None)).Refusal;

    private static string Times(int count) => count == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{count} times in all");

    private static string Counted(int count) => count > MostShown
        ? string.Create(CultureInfo.InvariantCulture, $"The first {MostShown} of {count} places.")
        : string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "place" : "places")}, as of the last search.");
}
