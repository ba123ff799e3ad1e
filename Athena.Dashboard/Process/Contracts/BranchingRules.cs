using System.Collections.Immutable;

namespace Athena.Dashboard.Process.Contracts;

/// <param name="Model">In words: <c>Git Flow Adaptation</c>.</param>
public sealed record BranchingRules(string Model, ImmutableArray<BranchKind> Kinds)
{
    public BranchKind? Find(string key) => Kinds.FirstOrDefault(kind => kind.Key == key);
}

/// <param name="Key"><c>main</c>, <c>develop</c>, <c>feature</c>, <c>release</c>, <c>hotfix</c>.</param>
/// <param name="Pattern">A branch name, or a prefix that ends in <c>*</c>: <c>release/v*</c>.</param>
/// <param name="Rules">What holds for such a branch, in the process's words.</param>
/// <param name="Protection">How the forge must protect it; null when it need not.</param>
public sealed record BranchKind(
    string Key,
    string Title,
    string Pattern,
    ImmutableArray<string> Rules,
    ImmutableArray<string> Examples,
    BranchProtection? Protection);

/// <param name="RequiredReviews">0 to 10.</param>
/// <param name="RequiredStatusChecks">Names of checks that must have succeeded on the branch's newest commit.</param>
public sealed record BranchProtection(
    int RequiredReviews,
    bool DismissStaleReviews,
    bool RequireCodeOwnerReviews,
    ImmutableArray<string> RequiredStatusChecks);
