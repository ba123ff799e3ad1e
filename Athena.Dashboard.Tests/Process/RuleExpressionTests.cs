using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;

namespace Athena.Dashboard.Tests.Process;

public sealed class RuleExpressionTests
{
    [Theory]
    [InlineData("error_rate < 0.001", "error_rate", Comparison.LessThan, 0.001, null)]
    [InlineData("error_rate > 5%", "error_rate", Comparison.GreaterThan, 0.05, null)]
    [InlineData("error_rate>=7%in 5m", null, default(Comparison), 0, null)]
    [InlineData("  error_rate   >= 7%   in   5m ", "error_rate", Comparison.AtLeast, 0.07, 300)]
    [InlineData("response_time > 2000ms in 10m", "response_time", Comparison.GreaterThan, 2000, 600)]
    [InlineData("response_time > 1.5s", "response_time", Comparison.GreaterThan, 1500, null)]
    [InlineData("response_time<=250", "response_time", Comparison.AtMost, 250, null)]
    [InlineData("user_feedback_score > 3.5 in 1h", "user_satisfaction", Comparison.GreaterThan, 3.5, 3600)]
    [InlineData("throughput >= 10/s", "throughput", Comparison.AtLeast, 10, null)]
    [InlineData("performance_degradation < 10%", "performance_degradation", Comparison.LessThan, 0.1, null)]
    [InlineData("critical_errors > 0", "critical_errors", Comparison.GreaterThan, 0, null)]
    public void A_rule_is_read(string text, string? metric, Comparison comparison, double threshold, int? seconds)
    {
        var (rule, faults) = RuleExpression.Parse(text, DefaultProcess.Document.Metrics);
        if (metric is null)
        {
            faults.ShouldNotBeEmpty();
            return;
        }

        faults.ShouldBeEmpty();
        (rule!.Metric, rule.Comparison, rule.Threshold, rule.Window?.TotalSeconds).ShouldBe((metric, comparison, threshold, seconds));
    }

    [Theory]
    [InlineData("", 0, "begins with a metric")]
    [InlineData("> 5%", 0, "begins with a metric")]
    [InlineData("latency > 5%", 0, "no such metric")]
    [InlineData("error_rate", 10, "comparison belongs here")]
    [InlineData("error_rate == 5%", 11, "comparison belongs here")]
    [InlineData("error_rate is high", 11, "comparison belongs here")]
    [InlineData("error_rate >", 12, "number belongs here")]
    [InlineData("error_rate > much", 13, "number belongs here")]
    [InlineData("error_rate > 5ms", 14, "unit does not fit")]
    [InlineData("error_rate > 5", 13, "out of the range")]
    [InlineData("error_rate > -1%", 13, "out of the range")]
    [InlineData("error_rate > 101%", 13, "out of the range")]
    [InlineData("error_rate > NaN", 13, "number belongs here")]
    [InlineData("error_rate > 1e9", 14, "unit does not fit")]
    [InlineData("critical_errors > 999999999999999999999999999999", 18, "out of the range")]
    [InlineData("user_satisfaction < 6", 20, "out of the range")]
    [InlineData("error_rate > 5% in", 18, "not a window")]
    [InlineData("error_rate > 5% in -5m", 19, "not a window")]
    [InlineData("error_rate > 5% in 8d", 19, "not a window")]
    [InlineData("error_rate > 5% for 5m", 16, "goes on after its end")]
    [InlineData("error_rate > 5% in 5m and more", 22, "goes on after its end")]
    [InlineData("no_performance_regression > 5%", 0, "is a condition")]
    public void An_error_points_at_its_character(string text, int offset, string message)
    {
        var (rule, faults) = RuleExpression.Parse(text, DefaultProcess.Document.Metrics);
        rule.ShouldBeNull();
        faults[0].Offset.ShouldBe(offset);
        faults[0].Message.ShouldContain(message);
    }

    [Theory]
    [InlineData("error_rate > 1%", RuleSense.Requirement)]
    [InlineData("error_rate < 1%", RuleSense.Trigger)]
    [InlineData("user_satisfaction < 3", RuleSense.Requirement)]
    [InlineData("user_satisfaction > 3", RuleSense.Trigger)]
    public void A_comparison_the_wrong_way_round_is_an_error(string text, RuleSense sense)
    {
        RuleExpression.Parse(text, DefaultProcess.Document.Metrics).Faults.ShouldBeEmpty();
        RuleExpression.Parse(text, DefaultProcess.Document.Metrics, sense).Faults.Single().Message.ShouldContain("better");
    }

    [Fact]
    public void The_words_of_the_process_in_camel_case_lead_to_the_metric_that_is_meant()
    {
        var (_, faults) = RuleExpression.Parse("errorRate > 5%", DefaultProcess.Document.Metrics);
        faults.Single().Expected!.ShouldContain("did you mean error_rate?");
    }
}
