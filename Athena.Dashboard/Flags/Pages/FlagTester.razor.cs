using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>Says for one context and all environments at once what it gets, and why.</summary>
public sealed partial class FlagTester
{
    private List<(TargetEnvironment Environment, Outcome<Explanation> Outcome)> results = [];
    private string? targetingKey = "user-1";
    private string? role;
    private string? tier;
    private string? workspace;
    private string? cohorts;
    private string? more;
    private string? moreFault;

    [Inject]
    private FlagSnapshots Snapshots { get; set; } = default!;

    [Inject]
    private IProcessCatalog Process { get; set; } = default!;

    [Parameter, EditorRequired]
    public required string FlagKey { get; set; }

    /// <summary>Grows with every change of the flag, so that the answers follow it.</summary>
    [Parameter]
    public int Revision { get; set; }

    protected override void OnParametersSet() => Explain();

    private void Set(Action change)
    {
        change();
        Explain();
    }

    private void Explain()
    {
        var request = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["context"] = Context() });
        results = [.. Process.Current.Document.Environments.Select(environment => (environment, FlagExplanations.Explain(Snapshots, FlagKey, environment.Key, request)))];
    }

    private JsonObject Context()
    {
        var context = More();
        foreach (var (name, value) in new[] { (ContextNames.TargetingKey, targetingKey), (ContextNames.UserRole, role), (ContextNames.UserTier, tier), (ContextNames.Workspace, workspace) })
        {
            if (!string.IsNullOrWhiteSpace(value)) context[name] = value.Trim();
        }

        if (!string.IsNullOrWhiteSpace(cohorts)) context[ContextNames.Cohorts] = new JsonArray([.. FlagText.Split(cohorts).Select(cohort => JsonValue.Create(cohort))]);
        return context;
    }

    private JsonObject More()
    {
        moreFault = null;
        if (string.IsNullOrWhiteSpace(more)) return [];
        try
        {
            if (JsonNode.Parse(more) is JsonObject attributes) return attributes;
            moreFault = "This is JSON, but not an object.";
        }
        catch (JsonException)
        {
            moreFault = "This is not JSON yet.";
        }

        return [];
    }
}
