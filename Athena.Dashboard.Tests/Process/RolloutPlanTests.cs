using System.Collections.Immutable;
using System.Text.Json;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;
using Athena.Dashboard.Process.Domain.Yaml;

namespace Athena.Dashboard.Tests.Process;

public sealed class RolloutPlanTests
{
    [Fact]
    public void A_rule_may_name_the_slowest_responses()
    {
        var rule = Reader.Read(SpecText.Rollout.Replace("error_rate < 0.02", "response_time_p95 < 1.5s", StringComparison.Ordinal)).Value.Stages[2].Criteria[0];
        (rule.Metric, rule.Threshold).ShouldBe(("response_time_p95", 1500));
        Reader.Read(SpecText.Rollout.Replace("error_rate < 0.02", "response_time_p95 < 15s", StringComparison.Ordinal)).Refusal!.Items.ShouldHaveSingleItem().Expected.ShouldBe("0 to 10000");
    }

    private static readonly RolloutPlanReader Reader = new(new FixedProcessCatalog());

    [Fact]
    public void The_yaml_of_the_process_is_accepted_as_it_stands()
    {
        var plan = Reader.Read(SpecText.Rollout).Value;
        plan.Feature.ShouldBe("database-views-v2");
        plan.Rollback.Automatic.ShouldBeTrue();
        plan.Stages.Select(stage => stage.Name).ShouldBe(["internal", "alpha", "beta", "gradual"]);
        plan.Stages.ShouldAllBe(stage => stage.Audience.IsEmpty && stage.Ticked.IsEmpty && stage.ExpectedUsers == null);
        plan.Stages[0].Criteria.ShouldBe(
        [
            new MetricRule("error_rate < 0.001", "error_rate", Comparison.LessThan, 0.001, null),
            new MetricRule("user_satisfaction > 4.0", "user_satisfaction", Comparison.GreaterThan, 4, null),
        ]);
        plan.Stages[2].Criteria[1].Metric.ShouldBe("user_satisfaction");
        plan.Stages[3].Criteria[1].ShouldBe(new MetricRule("no_performance_regression: true", "performance_degradation", Comparison.LessThan, 0.05, null));
        plan.Rollback.Conditions.Select(rule => (rule.Metric, rule.Threshold)).ShouldBe(
            [("error_rate", 0.05), ("performance_degradation", 0.2), ("user_satisfaction_drop", 0.5)]);
    }

    [Fact]
    public void A_list_of_percentages_becomes_steps_that_share_the_duration()
    {
        var steps = Reader.Read(SpecText.Rollout).Value.Steps();
        steps.Select(step => step.Name).ShouldBe(["internal", "alpha", "beta", "gradual 1/3", "gradual 2/3", "gradual 3/3"]);
        steps.Select(step => step.Index).ShouldBe([0, 1, 2, 3, 4, 5]);
        steps.Select(step => step.Percentage).ShouldBe(
            [Percentage.From(0.1m), Percentage.From(1), Percentage.From(10), Percentage.From(25), Percentage.From(50), Percentage.Hundred]);
        steps.Skip(3).ShouldAllBe(step => step.Duration == TimeSpan.FromDays(7) / 3);
    }

    [Fact]
    public void Cohorts_add_up_and_what_people_tick_waits_for_the_last_step_of_its_stage()
    {
        var plan = Reader.Read("""
            rollout:
              feature: x
              stages:
                - {name: a, percentage: 0, duration: 1s, audience: [team], criteria: []}
                - name: b
                  percentage: [50, 100]
                  duration: 10s
                  audience: [beta, team]
                  expected_users: 500-1000
                  criteria: [{text: "It is good", role: qa_lead}, error_rate <= 5% in 2m]
              rollback: {automatic: false, conditions: [{when: error_rate > 5%, action: emergency, stage: b}]}
            """).Value;
        var steps = plan.Steps();
        steps.Select(step => string.Join(",", step.Cohorts)).ShouldBe(["team", "team,beta", "team,beta"]);
        steps.Select(step => step.Ticked.Length).ShouldBe([0, 0, 1]);
        steps[2].Ticked[0].ShouldBe(new TickedCriterion("It is good", Role.QaLead));
        steps[1].Criteria.ShouldBe([new MetricRule("error_rate <= 5% in 2m", "error_rate", Comparison.AtMost, 0.05, TimeSpan.FromMinutes(2))]);
        plan.Rollback.Conditions[0].Action.ShouldBe(RuleAction.Emergency);
        plan.Rollback.Conditions[0].Stage.ShouldBe("b");
    }

    [Fact]
    public void A_written_plan_reads_back_as_the_same_plan()
    {
        foreach (var plan in new[] { DefaultProcess.Document.Rollout, Reader.Read(SpecText.Rollout).Value })
        {
            var again = Reader.Read(Reader.Write(plan)).Value;
            JsonSerializer.Serialize(again).ShouldBe(JsonSerializer.Serialize(plan));
        }
    }

    [Fact]
    public void All_errors_are_found_at_once_each_at_its_place()
    {
        const string Yaml = """
            rollout:
              feature: Database Views
              stages:
                - name: internal
                  percentage: 101
                  duration: "-1d"
                  criteria:
                    - error_rat < 0.001
                    - error_rate ~ 0.5
                - name: internal
                  percentage: [25, 10]
                  duration: 3d
                  criterias: []
                  criteria:
                    - error_rate < 5ms
                    - no_performance_regression: maybe
              rollback:
                automatic: "yes"
                conditions:
                  - error_rate < 5%
            """;
        Problems(Yaml).Select(problem => $"{problem.Line}:{problem.Column} {problem.Path}").ShouldBe(
        [
            "2:12 rollout.feature",
            "5:19 rollout.stages[0].percentage",
            "6:17 rollout.stages[0].duration",
            "8:11 rollout.stages[0].criteria[0]",
            "9:22 rollout.stages[0].criteria[1]",
            "10:13 rollout.stages[1].name",
            "11:19 rollout.stages[1].percentage",
            "13:7 rollout.stages[1].criterias",
            "15:25 rollout.stages[1].criteria[0]",
            "16:38 rollout.stages[1].criteria[1].no_performance_regression",
            "18:16 rollout.rollback.automatic",
            "20:20 rollout.rollback.conditions[0]",
        ]);
        var refusal = Reader.Read(Yaml).Refusal!;
        refusal.Code.ShouldBe("rollout_plan_invalid");
        refusal.Kind.ShouldBe(RefusalKind.Invalid);
        refusal.Items.Length.ShouldBe(12);
        refusal.Items[1].ShouldBe(new RefusalItem("line 5, column 19, rollout.stages[0].percentage", "The percentage is out of range.", "'101'", "0 to 100 in steps of 0.001"));
        refusal.Items[3].Expected!.ShouldContain("did you mean error_rate?");
        refusal.Items[7].Expected!.ShouldContain("did you mean criteria?");
    }

    [Theory]
    [InlineData("percentage: 1", "percentage: 100.5", "out of range")]
    [InlineData("percentage: 1", "percentage: -1", "out of range")]
    [InlineData("percentage: 1", "percentage: 0.0001", "too fine")]
    [InlineData("percentage: 1", "percentage: []", "no percentage")]
    [InlineData("percentage: 1", "percentage: {a: 1}", "mapping stands where one value belongs")]
    [InlineData("percentage: 1", "percentage: 0", "reaches nobody")]
    [InlineData("duration: 2d", "duration: 2", "not a duration")]
    [InlineData("duration: 2d", "duration: 0s", "not a duration")]
    [InlineData("duration: 2d", "duration: 9999d", "not a duration")]
    [InlineData("duration: 2d", "duration: [2d]", "list stands where one value belongs")]
    [InlineData("duration: 2d", "duration: 2d\n      duration: 3d", "stands twice")]
    [InlineData("criteria: []", "criteria: error_rate < 1%", "not a list")]
    [InlineData("criteria: []", "criteria: [[error_rate < 1%]]", "not a rule")]
    [InlineData("criteria: []", "criteria: [{text: fine, role: boss}]", "not known here")]
    [InlineData("criteria: []", "criteria: [{text: fine}]", "'role' is missing")]
    [InlineData("criteria: []", "criteria: [{when: error_rate < 1%, stage: s}]", "not known here")]
    [InlineData("criteria: []", "criteria: [error_rate: true]", "compared with a number")]
    [InlineData("criteria: []", "criteria: []\n      audience: [Not A Key]", "not a key")]
    [InlineData("conditions: []", "conditions: [no_performance_regression: true]", "is no trigger")]
    [InlineData("conditions: []", "conditions: [{when: error_rate > 1%, stage: nowhere}]", "no such stage")]
    [InlineData("feature: f", "feature: &a f", "Anchors")]
    [InlineData("feature: f", "feature: *a", "Aliases")]
    [InlineData("feature: f", "feature: !!str f", "Tags")]
    [InlineData("feature: f", "feature: <script>alert(1)</script>", "not a key")]
    [InlineData("rollout:", "? [a]\n: b\nrollout:", "field's name is text")]
    [InlineData("rollout:", "extra: 1\nrollout:", "not known here")]
    public void A_fault_is_named(string right, string wrong, string message)
    {
        const string Plan = """
            rollout:
              feature: f
              stages:
                - name: s
                  percentage: 1
                  duration: 2d
                  criteria: []
                - {name: all, percentage: 100, duration: 1s, criteria: []}
              rollback:
                automatic: true
                conditions: []
            """;
        Reader.Read(Plan).IsAccepted.ShouldBeTrue();
        Problems(Plan.Replace(right, wrong, StringComparison.Ordinal)).ShouldContain(problem => problem.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("# nothing but a comment", "empty")]
    [InlineData("just text", "not a mapping")]
    [InlineData("[1, 2]", "not a mapping")]
    [InlineData("rollout: {", "not YAML")]
    [InlineData("rollout: \"\\U99999999\"", "not YAML")]
    [InlineData("rollout: {}\n---\nrollout: {}", "second document")]
    [InlineData("{\"a\": [1, 2", "not YAML")]
    public void Text_that_is_no_plan_at_all_is_refused_with_a_reason(string yaml, string message) =>
        Problems(yaml).ShouldContain(problem => problem.Message.Contains(message, StringComparison.Ordinal));

    [Fact]
    public void A_plan_must_reach_everybody_and_go_back_for_nobody()
    {
        const string Stages = "rollout: {feature: f, rollback: {automatic: true, conditions: []}, stages: [STAGES]}";
        Problems(Stages.Replace("STAGES", "", StringComparison.Ordinal)).Single().Message.ShouldBe("The list is empty.");
        Problems(Stages.Replace("STAGES", "{name: a, percentage: 50, duration: 1d, criteria: []}", StringComparison.Ordinal))
            .Single().Message.ShouldBe("The stages end before everybody has the feature.");
        Problems(Stages.Replace("STAGES", "{name: a, percentage: 100, duration: 1d, criteria: []}, {name: b, percentage: 50, duration: 1d, criteria: []}", StringComparison.Ordinal))
            .Single().Message.ShouldContain("fewer people");
    }

    [Fact]
    public void Small_texts_that_stand_for_large_ones_are_refused()
    {
        var bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n";
        Problems(bomb).ShouldContain(problem => problem.Message.Contains("Aliases", StringComparison.Ordinal));
        Problems(new string('[', 100_000)).ShouldContain(problem => problem.Message.Contains("too deeply", StringComparison.Ordinal));
        Problems(string.Concat(Enumerable.Repeat("- ", 50_000))).ShouldContain(problem => problem.Message.Contains("too deeply", StringComparison.Ordinal));
        Reader.Read(new string(' ', 256 * 1024) + "a").Refusal!.Kind.ShouldBe(RefusalKind.TooLarge);
        Reader.Read(new string('é', 130 * 1024)).Refusal!.Code.ShouldBe("rollout_plan_too_large");
    }

    [Fact]
    public void A_document_of_garbage_is_answered_with_a_bounded_list()
    {
        var garbage = "rollout: {feature: f, stages: [], rollback: {automatic: true, conditions: []}}\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"x{i}: 1\n"));
        var problems = Problems(garbage);
        problems.Length.ShouldBe(201);
        problems[^1].Message.ShouldEndWith("more errors from here on");
    }

    private static ImmutableArray<DocumentProblem> Problems(string yaml) => RolloutPlanYaml.Read(yaml, DefaultProcess.Document.Metrics).Problems;
}
