using System.Globalization;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Health.Pages;

/// <summary>What each rule says now: the list that it comes from, observed against limit, samples against needed, and the verdict with its cause.</summary>
public sealed partial class VerdictTable
{
    private const string LimitTitle = "Limit";

    [Inject]
    private IProcessCatalog Process { get; set; } = default!;

    /// <summary>Null while they are being read.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<RuleVerdict>? Verdicts { get; set; }

    /// <summary>The process that the rollout follows; the one in force without it.</summary>
    [Parameter]
    public ProcessDocument? Document { get; set; }

    private ProcessDocument Known => Document ?? Process.Current.Document;

    private MetricUnit UnitOf(RuleVerdict verdict) => Known.Metrics.Resolve(verdict.Rule.Rule.Metric)?.Unit ?? MetricUnit.Count;

    private string ListTitle(RuleVerdict verdict) =>
        Known.RuleLists.FirstOrDefault(list => list.Name == verdict.Rule.List)?.Title ?? verdict.Rule.List;

    private static string Over(RuleVerdict verdict) =>
        verdict.Window is { } window ? "last " + Durations.Format(window) : "whole stage";

    private static string Samples(RuleVerdict verdict) =>
        verdict.Samples >= verdict.Needed
            ? Number(verdict.Samples)
            : Number(verdict.Samples) + " of " + Number(verdict.Needed);

    private static string Number(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}
