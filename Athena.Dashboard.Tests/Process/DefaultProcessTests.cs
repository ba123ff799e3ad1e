using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;

namespace Athena.Dashboard.Tests.Process;

/// <summary>The default document says what the release process says.</summary>
public sealed class DefaultProcessTests
{
    private static ProcessDocument Document => DefaultProcess.Document;

    [Fact]
    public void It_has_no_errors() => ProcessYaml.Read(DefaultProcess.Source).Problems.ShouldBeEmpty();

    [Fact]
    public void Its_gate_sets_hold_the_wording_of_all_22_items()
    {
        var spec = SpecText.Checklist(SpecText.Gates);
        Document.GateSets.Select(set => set.Title).ShouldBe(spec.Select(set => set.Heading));
        foreach (var (set, (_, items)) in Document.GateSets.Zip(spec)) set.Items.Select(item => item.Title).ShouldBe(items);
        Document.GateSets.Sum(set => set.Items.Length).ShouldBe(22);
        Document.GateSets.SelectMany(set => set.Items).ShouldAllBe(item => item.Owners.Length > 0);
    }

    [Fact]
    public void Pre_release_and_production_gates_guard_the_same_transition()
    {
        Document.GateSetsOf(ReleaseState.InPreparation, ReleaseState.RollingOut).Select(set => set.Key).ShouldBe(["pre-release", "production"]);
        Document.GateSetsOf(ReleaseState.Planned, ReleaseState.InDevelopment).Select(set => set.Key).ShouldBe(["pre-development"]);
        Document.GateSetsOf(ReleaseState.InDevelopment, ReleaseState.InQa).Select(set => set.Key).ShouldBe(["development"]);
        Document.GateSetsOf(ReleaseState.InQa, ReleaseState.InPreparation).ShouldBeEmpty();
    }

    [Fact]
    public void Its_communication_holds_the_wording_of_all_17_items_on_their_days()
    {
        var spec = SpecText.Checklist(SpecText.Communication);
        Document.Communication.Select(moment => moment.Title).ShouldBe(spec.Select(moment => moment.Heading));
        foreach (var (moment, (_, items)) in Document.Communication.Zip(spec)) moment.Items.Select(item => item.Title).ShouldBe(items);
        Document.Communication.Sum(moment => moment.Items.Length).ShouldBe(17);
        Document.Communication.Select(moment => (moment.FromDay, moment.ToDay)).ShouldBe([(-7, -7), (-3, -3), (0, 0), (1, 3)]);
        Document.Communication.SelectMany(moment => moment.Items).Where(item => item.OnlyAfterRollback).Select(item => item.Title).ShouldBe(["Post-mortem if needed"]);
        Document.Communication.SelectMany(moment => moment.Items).Where(item => item.Kind == CommunicationKind.Message).Select(item => item.Title).ShouldBe(
            ["Internal team notification", "Beta user program notification", "Social media announcements", "User notification emails", "Support team alerts"]);
    }

    [Fact]
    public void It_has_the_four_release_types_with_their_timelines()
    {
        Document.ReleaseTypes.Select(type => (type.Key, type.VersionPattern, type.Bump)).ShouldBe(
            [("major", "X.0.0", VersionBump.Major), ("minor", "X.Y.0", VersionBump.Minor), ("patch", "X.Y.Z", VersionBump.Patch), ("hotfix", "X.Y.Z", VersionBump.Patch)]);
        var major = Document.FindReleaseType("major")!;
        major.TotalDays.ShouldBe(12 * 7);
        major.Phases.Select(phase => (phase.Label, phase.Title)).ShouldBe(
            [("Week 1-2", "Planning & Design"), ("Week 3-8", "Development"), ("Week 9-10", "Quality Assurance"), ("Week 11", "Release Preparation"), ("Week 12", "Release & Rollout")]);
        major.Phases.ShouldAllBe(phase => phase.Activities.Length == 4);
        major.ReleaseDay.ShouldBe(11 * 7);
        major.Phases[0].StartOffset(major).ShouldBe(-77);
        major.Phases[^1].EndOffset(major).ShouldBe(7);
        var minor = Document.FindReleaseType("minor")!;
        minor.TotalDays.ShouldBe(4 * 7);
        minor.Phases.Select(phase => (phase.Label, phase.Title)).ShouldBe(
            [("Week 1", "Development"), ("Week 2", "Testing & Integration"), ("Week 3", "Quality Gates"), ("Week 4", "Release")]);
        Document.FindReleaseType("patch")!.DevelopmentDays.ShouldBe(new DayRange(1, 3));
        Document.FindReleaseType("hotfix")!.Waivers.Approvers.ShouldBe(1);
        Document.FindReleaseType("hotfix")!.Waivers.FollowUpRequired.ShouldBeTrue();
    }

    [Fact]
    public void Its_rollout_has_the_percentages_durations_and_numbers_of_the_process_and_the_audiences_beside_them()
    {
        Document.Rollout.Stages.Select(stage => (stage.Name, stage.Duration.TotalDays)).ShouldBe([("internal", 2.0), ("alpha", 3.0), ("beta", 7.0), ("gradual", 7.0)]);
        Document.Rollout.Steps().Select(step => step.Percentage.Thousandths / 1000m).ShouldBe([0.1m, 1m, 10m, 25m, 50m, 100m]);
        Document.Rollout.Stages.Select(stage => string.Join(",", stage.Audience)).ShouldBe(["team", "alpha", "beta", ""]);
        Document.Rollout.Stages[1].ExpectedUsers.ShouldBe(new UserRange(50, 100));
        Document.Rollout.Stages[2].ExpectedUsers.ShouldBe(new UserRange(500, 1000));
        var spec = RolloutPlanYaml.Read(SpecText.Rollout, Document.Metrics).Value!;
        foreach (var (ours, theirs) in Document.Rollout.Stages.Zip(spec.Stages)) ours.Criteria.ShouldBe(theirs.Criteria);
        Document.Rollout.Rollback.Conditions.ShouldBe(spec.Rollback.Conditions);
    }

    [Fact]
    public void It_keeps_all_six_rule_lists_that_disagree()
    {
        Document.RuleLists.Select(list => list.Name).ShouldBe(RuleListNames.All);
        Document.RuleLists.Select(list => list.DefaultAction).ShouldBe(
            [RuleAction.RollBack, RuleAction.RollBack, RuleAction.RollBack, RuleAction.Alert, RuleAction.RollBack, RuleAction.RollBack]);
        double ErrorRate(string list) => Document.RuleList(list).Rules.First(rule => rule.Metric == "error_rate").Threshold;
        ErrorRate(RuleListNames.DeploymentAlerts).ShouldBe(0.05);
        ErrorRate(RuleListNames.AutomaticTriggers).ShouldBe(0.10);
        ErrorRate(RuleListNames.AutomaticRollback).ShouldBe(0.05);
        var automatic = Document.RuleList(RuleListNames.AutomaticRollback);
        automatic.Rules.Select(rule => (rule.Metric, rule.Threshold, rule.Window!.Value.TotalMinutes, automatic.ActionOf(rule))).ShouldBe(
            [("error_rate", 0.05, 5.0, RuleAction.RollBack), ("response_time", 5000.0, 10.0, RuleAction.Gradual), ("crash_rate", 0.01, 2.0, RuleAction.Emergency)]);
        var stageTriggers = Document.RuleList(RuleListNames.StageTriggers);
        stageTriggers.RulesIn("internal").Select(rule => rule.Text).ShouldBe(["critical_errors > 0"]);
        stageTriggers.RulesIn("beta").Select(rule => rule.Threshold).ShouldBe([0.02, 0.2]);
        Document.RuleList(RuleListNames.StageCriteria).RulesIn("gradual").Select(rule => rule.Text).ShouldBe(["error_rate < 0.01", "no_performance_regression: true"]);
        Document.RuleList(RuleListNames.RollbackConditions).Rules.Length.ShouldBe(3);
        Document.RuleList(RuleListNames.DeploymentAlerts).Rules.Select(rule => (rule.Severity, rule.Window)).ShouldBe(
            [(RuleSeverity.Critical, TimeSpan.FromMinutes(5)), (RuleSeverity.Warning, TimeSpan.FromMinutes(10)), (RuleSeverity.Warning, TimeSpan.FromHours(1))]);
    }

    [Fact]
    public void Its_metrics_are_those_of_every_rule_and_the_derived_ones_lead_to_measured_ones()
    {
        Document.Metrics.Metrics.Select(metric => metric.Key).ShouldBe(
            ["error_rate", "crash_rate", "response_time", "response_time_p95", "throughput", "user_satisfaction", "user_feedback_score", "feature_adoption", "critical_errors", "performance_degradation", "no_performance_regression", "user_satisfaction_drop"]);
        Document.Metrics.Resolve("user_feedback_score")!.Key.ShouldBe("user_satisfaction");
        Document.Metrics.Resolve("no_performance_regression")!.Key.ShouldBe("performance_degradation");
        Document.Metrics.Find("no_performance_regression")!.Limit.ShouldBe(0.05);
        Document.Metrics.Find("user_satisfaction_drop")!.Unit.ShouldBe(MetricUnit.Score);
    }

    [Fact]
    public void It_has_the_roles_branches_flag_types_steps_reviews_and_sections_of_the_process()
    {
        Document.Roles.Take(5).Select(role => (role.Title, role.Responsibility)).ShouldBe(
        [
            ("Release Manager", "Overall release coordination"),
            ("Engineering Lead", "Technical oversight and quality gates"),
            ("Product Manager", "Feature readiness and user communication"),
            ("DevOps Engineer", "Deployment and infrastructure management"),
            ("QA Lead", "Quality assurance and testing oversight"),
        ]);
        Document.Principles.Length.ShouldBe(5);
        Document.Environments.Select(environment => (environment.Key, environment.IsProduction)).ShouldBe([("development", false), ("staging", false), ("production", true)]);
        Document.Branching.Kinds.Select(kind => kind.Key).ShouldBe(["main", "develop", "feature", "release", "hotfix"]);
        var main = Document.Branching.Find("main")!.Protection!;
        (main.RequiredReviews, main.DismissStaleReviews, main.RequireCodeOwnerReviews).ShouldBe((2, true, true));
        main.RequiredStatusChecks.ShouldBe(["test-suite", "security-scan", "performance-check"]);
        Document.Branching.Find("develop")!.Protection!.RequiredStatusChecks.ShouldBe(["test-suite", "build-check"]);
        Document.FlagTypes.Select(type => (type.Key, type.IsTemporary)).ShouldBe([("release", true), ("operational", false), ("experimental", true)]);
        Document.Rollback.Steps.Select(step => step.Title).ShouldBe(["Assessment", "Communication", "Execution", "Verification", "Post-Mortem"]);
        Document.Rollback.Steps.Select(step => step.Within).ShouldBe(Document.Rollback.Steps.Select(step => RollbackStepKeys.UsualTime(step.Key)), "a document that says no times means these");
        Document.Rollback.Tell.ShouldBe(["internal-team", "support-team"]);
        Document.Rollback.ApprovalRequired.ShouldBe(["major version rollbacks", "database schema rollbacks"]);
        Document.Reviews.Select(review => (review.Title, review.From.TotalHours)).ShouldBe([("Immediate Review", 24.0), ("Weekly Review", 168.0), ("Monthly Review", 720.0)]);
        Document.Reviews.ShouldAllBe(review => review.Topics.Length == 3);
        Document.SuccessMetrics.SelectMany(group => group.Metrics).Count().ShouldBe(9);
        Document.Notes.Sections.Select(section => section.Title).ShouldBe(
            ["🎉 New Features", "🚀 Improvements", "🐛 Bug Fixes", "📋 Breaking Changes", "🔧 API Changes", "📖 Documentation Updates", "🙏 Acknowledgments"]);
        Document.Notes.Sections.Where(section => section.NeedsMigrationLink).Select(section => section.Key).ShouldBe(["breaking-changes"]);
        Document.Deployment.Switch.Stages.Select(stage => stage.Thousandths / 1000).ShouldBe([10, 25, 50, 100]);
        Document.Deployment.Pipeline.Length.ShouldBe(9);
        Document.RelatedDocuments.Length.ShouldBe(4);
    }

    [Fact]
    public void Every_owner_is_a_role_that_the_document_describes()
    {
        var described = Document.Roles.Select(role => role.Role).ToHashSet();
        Document.GateSets.SelectMany(set => set.Items).SelectMany(item => item.Owners)
            .Concat(Document.Communication.SelectMany(moment => moment.Items).Select(item => item.Owner))
            .ShouldAllBe(role => described.Contains(role) && role != Role.Viewer);
    }
}
