using System.Collections.Immutable;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Identity.Pages;

/// <summary>Makes a key and shows it, once.</summary>
public sealed partial class CreateKeyDialog
{
    private static readonly Option<int>[] Lives =
        [new(30, "in 30 days"), new(90, "in 90 days"), new(365, "in a year"), new(0, "never")];

    private ModalDialog dialog = default!;
    private ImmutableArray<string> names = [];
    private ImmutableHashSet<string> scopes = [];
    private Refusal? refusal;
    private IssuedKey? issued;
    private string? name;
    private string? environment;
    private int days;

    [Inject]
    private KeyService Service { get; set; } = default!;

    [Inject]
    private IEnumerable<IKeyEnvironments> KnownEnvironments { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    private List<Option<string>> Environments => [new("", "All"), .. names.Select(known => new Option<string>(known, known))];

    public Task OpenAsync()
    {
        names = [.. KnownEnvironments.SelectMany(known => known.Names)];
        (refusal, issued, name, environment, days) = (null, null, null, null, 365);
        scopes = [KeyScopes.EvaluateFlags];
        StateHasChanged();
        return dialog.OpenAsync();
    }

    private void Choose(string scope, bool on) => scopes = on ? scopes.Add(scope) : scopes.Remove(scope);

    private async Task<Refusal?> CreateAsync()
    {
        DateTimeOffset? expiresAt = days > 0 ? Clock.GetUtcNow().AddDays(days) : null;
        ImmutableArray<string> inOrder = [.. KeyScopes.All.Where(scopes.Contains)];
        var request = new KeyRequest(name, inOrder, string.IsNullOrWhiteSpace(environment) ? null : environment.Trim(), expiresAt);
        var outcome = await Service.CreateAsync(request, await Actors.GetAsync(), CancellationToken.None);
        if (outcome.Refusal is not null) return outcome.Refusal;
        issued = outcome.Value;
        StateHasChanged();
        return null;
    }
}
