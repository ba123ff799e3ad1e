using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Flags.Pages.Editing;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>
/// Says for one context and all environments at once what it gets, and why: of one flag, now or at a moment of the
/// past, or of all flags.
/// </summary>
public sealed partial class FlagTester
{
    /// <summary>More rows say nothing to anybody; the search finds the rest.</summary>
    private const int MostShown = 200;

    private IReadOnlyList<TargetEnvironment> environments = [];
    private IReadOnlyList<string> names = [];
    private List<(TargetEnvironment Environment, Outcome<Explanation> Outcome)> results = [];
    private List<AnswersOfFlag>? shown;
    private int found;
    private byte[]? request;
    private DateTime? at;
    private string? momentFault;
    private int asked;

    [Inject]
    private FlagSnapshots Snapshots { get; set; } = default!;

    [Inject]
    private FlagPast Past { get; set; } = default!;

    [Inject]
    private IProcessCatalog Process { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [CascadingParameter]
    private PersonZone? Person { get; set; }

    /// <summary>Null for all flags.</summary>
    [Parameter]
    public string? FlagKey { get; set; }

    /// <summary>Words that a flag's key or name has to contain, where all are asked.</summary>
    [Parameter]
    public string Search { get; set; } = "";

    /// <summary>Grows with every change of the flag, so that the answers follow it.</summary>
    [Parameter]
    public int Revision { get; set; }

    private TimeZoneInfo Zone => (Person ?? PersonZone.Utc).Zone;

    private string Counted => found > MostShown ? $"The first {MostShown} of {found} flags; search for others." : $"{found} {(found == 1 ? "flag" : "flags")}";

    protected override void OnInitialized()
    {
        environments = Process.Current.Document.Environments;
        names = environments.Select(environment => Snapshots.Find(environment.Key)).OfType<FlagSnapshot>().SelectMany(snapshot => TargetingNames.From(snapshot, []).Attributes).Distinct(StringComparer.Ordinal).ToList();
    }

    protected override Task OnParametersSetAsync() => ExplainAsync();

    private Task ContextAsync(JsonObject context)
    {
        request = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["context"] = context.DeepClone() });
        return ExplainAsync();
    }

    private Task MomentAsync(DateTime? moment)
    {
        at = moment;
        momentFault = Moment() > Clock.GetUtcNow() ? "This moment has not come yet." : null;
        return ExplainAsync();
    }

    private async Task ExplainAsync()
    {
        if (request is null) return;
        if (FlagKey is null)
        {
            ExplainAll(request);
            return;
        }

        var (mine, context) = (++asked, request);
        var answers = new List<(TargetEnvironment, Outcome<Explanation>)>();
        foreach (var environment in environments)
        {
            answers.Add((environment, Moment() is { } moment && momentFault is null
                ? await Past.ExplainAsync(FlagKey, environment.Key, moment, context, CancellationToken.None)
                : FlagExplanations.Explain(Snapshots, FlagKey, environment.Key, context)));
        }

        // While the past was read somebody may have typed on.
        if (mine == asked) results = answers;
    }

    private void ExplainAll(byte[] context)
    {
        var words = Search.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var snapshots = environments.Select(environment => Snapshots.Find(environment.Key)).OfType<FlagSnapshot>().ToList();
        var keys = snapshots.SelectMany(snapshot => snapshot.Flags)
            .Where(flag => words.All(word => flag.Key.Contains(word, StringComparison.OrdinalIgnoreCase) || flag.Flag.Name.Contains(word, StringComparison.OrdinalIgnoreCase)))
            .Select(flag => flag.Key).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        found = keys.Count;
        shown = [.. keys.Take(MostShown).Select(key => new AnswersOfFlag(key, snapshots
            .Select(snapshot => (snapshot.Environment, Outcome: FlagExplanations.Explain(snapshot, key, context)))
            .Where(answer => answer.Outcome.IsAccepted)
            .ToImmutableDictionary(answer => answer.Environment, answer => answer.Outcome.Value, StringComparer.Ordinal)))];
    }

    private DateTimeOffset? Moment() => at is { } local ? new DateTimeOffset(local, Zone.GetUtcOffset(local)).ToUniversalTime() : null;

    private sealed record AnswersOfFlag(string Key, ImmutableDictionary<string, Explanation> ByEnvironment)
    {
        public Explanation? In(string environment) => ByEnvironment.GetValueOrDefault(environment);
    }
}
