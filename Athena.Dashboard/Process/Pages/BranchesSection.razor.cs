using System.Collections.Immutable;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Process.Pages;

/// <summary>Environments in their order, and branches with their protection.</summary>
public sealed partial class BranchesSection
{
    [Parameter, EditorRequired]
    public required BranchingRules Branching { get; set; }

    [Parameter, EditorRequired]
    public required ImmutableArray<TargetEnvironment> Environments { get; set; }

    private static string Describe(BranchProtection protection) => string.Join("; ", ((string?[])
    [
        ProcessPhrases.Count(protection.RequiredReviews, "review"),
        protection.RequireCodeOwnerReviews ? "code owners review" : null,
        protection.DismissStaleReviews ? "stale reviews are dismissed" : null,
        protection.RequiredStatusChecks.IsEmpty ? null : "checks " + string.Join(", ", protection.RequiredStatusChecks),
    ]).OfType<string>());
}
