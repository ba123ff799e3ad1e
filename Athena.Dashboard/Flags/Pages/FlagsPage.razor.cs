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

/// <summary>All flags; search and filters live in the address.</summary>
public sealed partial class FlagsPage
{
    private static readonly Option<string>[] Types =
        [new("", "All types"), .. Enum.GetValues<FlagKind>().Select(kind => new Option<string>(kind.Word(), FlagText.Title(kind)))];

    private NewFlagDialog dialog = default!;
    private ImmutableArray<FlagView> all = [];
    private List<FlagView>? shown;
    private IReadOnlyList<TargetEnvironment> environments = [];
    private string? mayNotCreate;
    private bool isRead;

    [Inject]
    private FlagQueries Queries { get; set; } = default!;

    [Inject]
    private IProcessCatalog Process { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromQuery]
    private string? Q { get; set; }

    [SupplyParameterFromQuery]
    private string? Type { get; set; }

    /// <summary><c>rolling</c>, <c>scheduled</c>, or an environment's key: on there.</summary>
    [SupplyParameterFromQuery]
    private string? State { get; set; }

    private bool IsFiltered => !string.IsNullOrEmpty(Q) || !string.IsNullOrEmpty(Type) || !string.IsNullOrEmpty(State);

    private List<Option<string>> States =>
        [new("", "Any state"), .. environments.Select(environment => new Option<string>(environment.Key, $"On in {environment.Title}")), new("rolling", "Rolling out"), new("scheduled", "Scheduled")];

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject.Kind == FlagSubject.Kind;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        environments = Process.Current.Document.Environments;
        all = await Queries.ListAllAsync(cancellationToken);
        mayNotCreate = (await Actors.GetAsync(cancellationToken)).Lacks(Permission.EditFlags, "create flags")?.Sentence();
        isRead = true;
        Show();
    }

    protected override void OnParametersSet()
    {
        if (isRead) Show();
    }

    private void Show() => shown = [.. all.Where(IsFound)];

    private bool IsFound(FlagView view) =>
        (string.IsNullOrEmpty(Type) || view.Flag.Kind.Word() == Type)
        && (string.IsNullOrWhiteSpace(Q) || Q.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => Contains(view.Flag, word)))
        && State switch
        {
            null or "" => true,
            "rolling" => view.Environments.Any(setting => setting.RolloutId is not null),
            "scheduled" => view.Environments.Any(setting => setting.EnableAt is not null || setting.DisableAt is not null),
            var environment => view.In(environment)?.Enabled == true,
        };

    private static bool Contains(Flag flag, string word) =>
        new[] { flag.Key, flag.Name, flag.Owner, flag.ReleaseId }.Any(text => text?.Contains(word, StringComparison.OrdinalIgnoreCase) == true);

    private static int Rank(FlagView view, string environment) =>
        view.In(environment) is { Enabled: true } setting ? 1 + setting.Percentage.Thousandths : 0;

    private void Filter(string name, string? value) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(name, string.IsNullOrEmpty(value) ? null : value), replace: true);
}
