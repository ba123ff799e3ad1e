using System.Text;
using System.Text.Json;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Platform.Kernel;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags.Domain;

public sealed class EvaluationTests
{
    private static readonly FlagEnvironment ForProAdmins = On with { Conditions = [Is("userRole", "admin"), Is("userTier", "pro", "team")] };

    [Fact]
    public void A_flag_without_conditions_is_static() => Expect(Evaluate(On), true, "STATIC", Decider.Everybody);

    [Fact]
    public void A_flag_that_is_off_answers_its_off_variant_with_a_value() => Expect(Evaluate(Off), false, "DISABLED", Decider.Switch);

    [Fact]
    public void All_conditions_have_to_hold()
    {
        Expect(Evaluate(ForProAdmins, ("userRole", "admin"), ("userTier", "team")), true, "TARGETING_MATCH", Decider.AllConditions);
        Expect(Evaluate(ForProAdmins, ("userRole", "admin"), ("userTier", "free")), false, "UNKNOWN", Decider.Conditions);
    }

    [Fact]
    public void A_missing_attribute_does_not_match() => Expect(Evaluate(ForProAdmins, ("userRole", "admin")), false, "UNKNOWN", Decider.Conditions);

    [Fact]
    public void The_fallback_is_for_those_whom_the_conditions_leave_out() =>
        Expect(Evaluate(ForProAdmins with { Fallback = Variant.On }, ("userRole", "guest")), true, "UNKNOWN", Decider.Conditions);

    [Fact]
    public void A_percentage_splits_also_when_it_holds_back()
    {
        var half = On with { Percentage = Percentage.From(50) };
        var answers = Enumerable.Range(0, 100).Select(i => Evaluate(half, ("targetingKey", $"user-{i}"))).ToArray();
        answers.ShouldAllBe(evaluation => evaluation.Answer.Reason == "SPLIT");
        answers.Select(evaluation => evaluation.IsTrue).Distinct().Count().ShouldBe(2);
        answers.ShouldAllBe(evaluation => evaluation.IsTrue == (evaluation.Bucket < 50_000));
    }

    [Theory]
    [InlineData(0, false, "SPLIT")]
    [InlineData(100, true, "STATIC")]
    public void A_targeting_key_is_not_needed_where_there_is_nothing_to_split(int percent, bool on, string reason)
    {
        var evaluation = Evaluate(On with { Percentage = Percentage.From(percent) });
        evaluation.IsTrue.ShouldBe(on);
        evaluation.Answer.Reason.ShouldBe(reason);
    }

    [Fact]
    public void A_missing_targeting_key_fails_only_where_a_bucket_is_needed()
    {
        var split = ForProAdmins with { Percentage = Percentage.From(10), Audience = ["beta"] };
        Evaluate(split, ("userRole", "admin"), ("userTier", "pro")).Answer.IsFailure.ShouldBeTrue();
        Evaluate(split, ("userRole", "guest")).Answer.IsFailure.ShouldBeFalse();
        Evaluate(split, ("userRole", "admin"), ("userTier", "pro"), ("cohorts", "beta")).IsTrue.ShouldBeTrue();
        Evaluate(split with { Enabled = false }).Answer.IsFailure.ShouldBeFalse();
    }

    [Fact]
    public void Splitting_by_workspace_gives_all_of_a_workspace_the_same_answer()
    {
        var byWorkspace = On with { Percentage = Percentage.From(50), BucketBy = "workspace" };
        for (var workspace = 0; workspace < 30; workspace++)
        {
            Enumerable.Range(0, 20).Select(user => Evaluate(byWorkspace, ("targetingKey", $"u{user}"), ("workspace", $"w{workspace}")).IsTrue)
                .Distinct().Count().ShouldBe(1);
        }

        Expect(Evaluate(byWorkspace, ("targetingKey", "u")), false, "UNKNOWN", Decider.Conditions);
    }

    [Theory]
    [InlineData("""{"context":{"targetingKey":"u","cohorts":"alpha"}}""")]
    [InlineData("""{"context":{"targetingKey":"u","cohorts":["team","alpha"]}}""")]
    [InlineData("""{"context":{"targetingKey":"u","userRole":"alpha"}}""")]
    public void A_cohort_is_exposed_whatever_the_percentage_says(string body)
    {
        var evaluation = EvaluateBody(On with { Percentage = Percentage.Zero, Audience = ["alpha"] }, body);
        Expect(evaluation, true, "TARGETING_MATCH", Decider.Cohort);
    }

    [Fact]
    public void Conditions_hold_for_cohorts_too() =>
        Expect(Evaluate(ForProAdmins with { Audience = ["alpha"] }, ("cohorts", "alpha"), ("userRole", "guest")), false, "UNKNOWN", Decider.Conditions);

    [Fact]
    public void Metadata_names_rollout_and_arm_while_a_rollout_owns_the_flag()
    {
        var rollout = Guid.CreateVersion7(Now);
        var owned = ForProAdmins with { RolloutId = rollout, Percentage = Percentage.From(50), Audience = ["alpha"] };
        (string, string)[] eligible = [("userRole", "admin"), ("userTier", "pro")];
        for (var user = 0; user < 50; user++)
        {
            var evaluation = Evaluate(owned, [.. eligible, ("targetingKey", $"u{user}")]);
            evaluation.Answer.Arm.ShouldBe(evaluation.IsTrue ? FlagMetadata.Exposed : FlagMetadata.Control);
        }

        Evaluate(owned, [.. eligible, ("cohorts", "alpha")]).Answer.Arm.ShouldBe(FlagMetadata.Exposed);
        Evaluate(owned, ("userRole", "guest")).Answer.Arm.ShouldBe(FlagMetadata.Outside);
        Evaluate(owned with { Enabled = false }, eligible).Answer.Arm.ShouldBe(FlagMetadata.Outside);
        var metadata = JsonDocument.Parse(Evaluate(owned, ("userRole", "guest")).Answer.Utf8.ToArray()).RootElement.GetProperty("metadata");
        metadata.GetProperty("rolloutId").GetGuid().ShouldBe(rollout);
        metadata.GetProperty("arm").GetString().ShouldBe("outside");
        Evaluate(owned with { RolloutId = null }, eligible).Answer.Arm.ShouldBeNull();
    }

    [Fact]
    public void Values_of_any_json_type_are_answered_as_they_are()
    {
        JsonValue.TryParse("""{ "color": "blue", "n": 1.50 }""", out var blue).ShouldBeTrue();
        JsonValue.TryParse("{}", out var none).ShouldBeTrue();
        var flag = Views with { Variants = [new(Variant.On, blue), new(Variant.Off, none)] };
        var context = new EvaluationContext();
        var json = JsonDocument.Parse(Compile(On, flag).Evaluate(context).Answer.Utf8.ToArray()).RootElement;
        json.GetProperty("value").GetProperty("color").GetString().ShouldBe("blue");
        json.GetProperty("value").GetProperty("n").GetRawText().ShouldBe("1.50");
    }

    [Fact]
    public void An_explanation_names_the_step_that_decided()
    {
        var snapshot = FlagSnapshot.Empty("production").With((Views, ForProAdmins with { Percentage = Percentage.From(25) }));
        var context = new EvaluationContext();
        context.Begin(snapshot.Attributes);
        context.Set("userRole", "admin");
        snapshot.TryFind(Key, out var flag).ShouldBeTrue();
        var explanation = flag!.Explain(context);
        explanation.Evaluation.Answer.Decider.ShouldBe(Decider.Conditions);
        explanation.Steps.Select(step => step.Holds).ShouldBe([true, true, false]);
        explanation.Steps[^1].Question.ShouldBe("userTier is pro or team (missing in the context)");
    }

    [Fact]
    public void Evaluating_allocates_nothing()
    {
        var snapshot = FlagSnapshot.Empty("production").With(
            Enumerable.Range(0, 50).Select(i => (Views with { Key = $"flag-{i}" }, ForProAdmins with { FlagKey = $"flag-{i}", Percentage = Percentage.From(25), Audience = ["alpha"] })).ToArray());
        var body = Encoding.UTF8.GetBytes("""{"context":{"targetingKey":"user-1","userRole":"admin","userTier":"pro","cohorts":["x","y"],"deep":{"a":[1,2,{"b":3}]},"escaped":"ü\n"}}""");
        var context = new EvaluationContext();
        var answers = new Answer[snapshot.Count];
        for (var warm = 0; warm < 100; warm++) EvaluateOnce();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1_000; round++) EvaluateOnce();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void EvaluateOnce()
        {
            context.Read(body, snapshot.Attributes);
            snapshot.EvaluateAll(context, answers);
        }
    }

    private static Evaluation EvaluateBody(FlagEnvironment environment, string body)
    {
        var snapshot = FlagSnapshot.Empty(environment.Environment).With((Views, environment));
        var context = new EvaluationContext();
        context.Read(Encoding.UTF8.GetBytes(body), snapshot.Attributes).ShouldBeNull();
        snapshot.TryFind(Key, out var flag).ShouldBeTrue();
        return flag!.Evaluate(context);
    }

    private static void Expect(Evaluation evaluation, bool value, string reason, Decider decider)
    {
        evaluation.Answer.Decider.ShouldBe(decider);
        evaluation.Answer.Reason.ShouldBe(reason);
        evaluation.IsTrue.ShouldBe(value);
        var json = JsonDocument.Parse(evaluation.Answer.Utf8.ToArray()).RootElement;
        json.GetProperty("key").GetString().ShouldBe(Key);
        json.GetProperty("value").GetBoolean().ShouldBe(value);
        json.GetProperty("variant").GetString().ShouldBe(value ? "on" : "off");
        json.GetProperty("reason").GetString().ShouldBe(reason);
    }
}
