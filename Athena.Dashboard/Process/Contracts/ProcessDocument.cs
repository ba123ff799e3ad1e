using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Process.Contracts;

/// <summary>
/// The whole release process: everything that the product does by rule, it reads here. Read from one YAML document
/// that has been checked completely: keys are unique, every role, metric, stage and environment that is named exists.
/// </summary>
/// <param name="Product">The product whose releases these are.</param>
/// <param name="Philosophy">One paragraph on why releases are made this way.</param>
/// <param name="Principles">The core principles, in order.</param>
/// <param name="Environments">From the first that sees a change to the last; at least one is production.</param>
/// <param name="Roles">What each role is responsible for.</param>
/// <param name="ReleaseTypes">Kinds of release, the largest first.</param>
/// <param name="Branching">Kinds of branch and how they are protected.</param>
/// <param name="GateSets">Checklists and the transitions that they guard.</param>
/// <param name="FlagTypes">Kinds of feature flag and how long they live.</param>
/// <param name="Metrics">The only measures that rules may name.</param>
/// <param name="Rollout">The rollout plan that a new rollout begins with.</param>
/// <param name="RuleLists">The six lists of alert and rollback rules, all kept by name.</param>
/// <param name="Deployment">Pipeline, traffic switch and migration as the process describes them.</param>
/// <param name="Communication">Messages and tasks around the target date.</param>
/// <param name="Notes">The template of release notes.</param>
/// <param name="Rollback">The manual rollback procedure.</param>
/// <param name="Reviews">Reviews after the release.</param>
/// <param name="SuccessMetrics">What the reviews look at.</param>
/// <param name="Improvements">What post-release analysis is meant to improve.</param>
/// <param name="RelatedDocuments">Titles and addresses of neighbouring documents.</param>
public sealed record ProcessDocument(
    ProductDescription Product,
    string Philosophy,
    ImmutableArray<Principle> Principles,
    ImmutableArray<TargetEnvironment> Environments,
    ImmutableArray<RoleDescription> Roles,
    ImmutableArray<ReleaseType> ReleaseTypes,
    BranchingRules Branching,
    ImmutableArray<GateSet> GateSets,
    ImmutableArray<FlagTypeRule> FlagTypes,
    MetricCatalogue Metrics,
    RolloutPlan Rollout,
    ImmutableArray<RuleList> RuleLists,
    DeploymentRules Deployment,
    ImmutableArray<CommunicationMoment> Communication,
    NotesTemplate Notes,
    RollbackProcedure Rollback,
    ImmutableArray<ReviewRule> Reviews,
    ImmutableArray<SuccessMetricGroup> SuccessMetrics,
    ImmutableArray<string> Improvements,
    ImmutableArray<RelatedDocument> RelatedDocuments)
{
    /// <summary>Guards that weigh evidence; none where the document has no such section.</summary>
    public SequentialPolicy Sequential { get; init; } = SequentialPolicy.None;

    /// <summary>Null when there is no environment of that key.</summary>
    public TargetEnvironment? FindEnvironment(string key) => Environments.FirstOrDefault(environment => environment.Key == key);

    /// <summary>Null when there is no release type of that key.</summary>
    public ReleaseType? FindReleaseType(string key) => ReleaseTypes.FirstOrDefault(type => type.Key == key);

    /// <summary>Null when there is no flag type of that key.</summary>
    public FlagTypeRule? FindFlagType(string key) => FlagTypes.FirstOrDefault(type => type.Key == key);

    /// <summary>One of the six; the names are in <see cref="RuleListNames"/>.</summary>
    public RuleList RuleList(string name) => RuleLists.First(list => list.Name == name);

    /// <summary>The gate sets that guard one transition, in the document's order; none means that it is open.</summary>
    public ImmutableArray<GateSet> GateSetsOf(ReleaseState from, ReleaseState to) =>
        [.. GateSets.Where(set => set.From == from && set.To == to)];
}

/// <param name="Name">As people write it: <c>Athena</c>.</param>
/// <param name="SupportAddress">Mail address for issues, as release notes print it.</param>
/// <param name="FeedbackAddress">Mail address for feedback, as release notes print it.</param>
public sealed record ProductDescription(string Name, string SupportAddress, string FeedbackAddress);

public sealed record Principle(string Title, string Text);

/// <summary>A place where the product runs and flags have a setting.</summary>
/// <param name="Key">Lower case with hyphens, as in URLs and API keys: <c>production</c>.</param>
/// <param name="IsProduction">Changes ask for confirmation and for the permission to raise exposure.</param>
/// <param name="Approval">Who has to approve changes of flags here that may expose somebody; null where nobody has to.</param>
public sealed record TargetEnvironment(string Key, string Title, bool IsProduction, ApprovalRule? Approval = null);

/// <summary>N of M.</summary>
/// <param name="Needed">Different people who have to approve, 1 to 10; who asks is not one of them.</param>
/// <param name="Roles">Each of them holds one of these.</param>
public sealed record ApprovalRule(int Needed, ImmutableArray<Role> Roles);

public sealed record RoleDescription(Role Role, string Title, string Responsibility);

public sealed record RelatedDocument(string Title, string Address);

/// <summary>
/// The states of a release. They stand here because gate sets name the transition that they guard; which transitions
/// exist is the business of the slice that owns releases.
/// </summary>
public enum ReleaseState
{
    Planned,
    InDevelopment,
    InQa,
    InPreparation,
    RollingOut,
    Completed,
    RolledBack,
    Cancelled,
}
