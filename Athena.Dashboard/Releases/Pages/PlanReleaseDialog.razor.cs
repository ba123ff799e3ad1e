using System.Collections.Immutable;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Releases.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Releases.Pages;

/// <summary>Plans a release: the type proposes version and date.</summary>
public sealed partial class PlanReleaseDialog
{
    private ModalDialog dialog = default!;
    private ImmutableArray<NextVersion> next = [];
    private IReadOnlyList<Option<Guid>> owners = [];
    private Refusal? refusal;
    private string type = "";
    private string? version;
    private string? title;
    private DateOnly? target;
    private string? zone;
    private Guid owner;
    private string? userValue;
    private DateOnly today;

    [CascadingParameter]
    private PersonZone? Person { get; set; }

    [Inject]
    private ReleaseQueries Queries { get; set; } = default!;

    [Inject]
    private ReleaseService Releases { get; set; } = default!;

    [Inject]
    private IProcessCatalog Process { get; set; } = default!;

    [Inject]
    private IPeople People { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    public async Task OpenAsync()
    {
        refusal = null;
        (title, userValue) = ("", "");
        zone = ReleaseDay.IsZone((Person ?? PersonZone.Utc).Zone.Id) ? (Person ?? PersonZone.Utc).Zone.Id : "Etc/UTC";
        today = ReleaseDay.Of(Clock.GetUtcNow(), zone);
        next = await Queries.NextVersionsAsync(default);
        var people = await People.ListAsync();
        owners = [.. people.Select(person => new Option<Guid>(person.Id, person.Name))];
        owner = (await Current.GetAsync()).Id;
        Choose(next.Any(choice => choice.Type == "minor") ? "minor" : next[0].Type);
        await dialog.OpenAsync();
    }

    // By this date, the first phase would begin then.
    private string? StartNote
    {
        get
        {
            if (target is not { } day || !ReleaseDay.IsZone(zone) || TypeOf(type).Phases.IsEmpty) return null;
            var first = TypeOf(type).Phases[0];
            var start = day.AddDays(first.StartOffset(TypeOf(type)));
            return start < today
                ? $"For this date, {first.Title} should have begun {start.Distance(today)}, on {start.Long()}."
                : $"{first.Title} begins {start.Distance(today)}, on {start.Long()}.";
        }
    }

    private ReleaseType TypeOf(string key) => Process.Current.Document.FindReleaseType(key)!;

    private void Choose(string key)
    {
        type = key;
        version = next.First(choice => choice.Type == key).Version;
        target = today.AddDays(TypeOf(key).ReleaseDay);
    }

    private string? ErrorOf(string place) => FieldErrors.Of(refusal, place);

    private async Task<Refusal?> PlanAsync()
    {
        refusal = null;
        var input = new ReleaseInput(type, version, title, target, zone, owner, userValue, []);
        var planned = await Releases.PlanAsync(input, await Current.GetAsync(), default);
        if (planned.Refusal is { } refused) return refused;
        await dialog.CloseAsync();
        Navigation.NavigateTo("releases/" + planned.Value.Semver);
        return null;
    }
}
