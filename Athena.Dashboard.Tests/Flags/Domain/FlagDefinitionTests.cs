using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags.Domain;

public sealed class FlagDefinitionTests
{
    private static readonly Flag Banner = Views with { Variants = [Text("off", "none"), Text("red", "r"), Text("blue", "b"), Text("spare", "s")] };
    private static readonly FlagEnvironment Split = On with { Serve = new Serving { Split = [new("red", 75_000), new("blue", 25_000)] } };

    [Fact]
    public void What_is_served_is_neither_removed_nor_renamed_and_every_place_is_named()
    {
        var elsewhere = Off with { Environment = "staging", Rules = [new("", [Is("plan", "pro")], Serving.Of("blue"))], Fallback = "red" };
        var ground = Ground(Split, elsewhere) with { Planned = [(On with { Serve = Serving.Of("blue") }, "somebody's queued change")], Needing = [("checkout in production", "red")] };
        var refusal = Become([Text("crimson", "r"), Text("spare", "s")], ground).Refusal.ShouldNotBeNull();
        refusal.Code.ShouldBe("variants_in_use");
        refusal.Items.Select(item => (item.Place, item.Found)).ShouldBe(
        [
            ("variants.off", null),
            ("variants.red", "75 % of the exposed in production"),
            ("variants.red", "who does not fit in staging"),
            ("variants.red", "needed by checkout in production"),
            ("variants.blue", "25 % of the exposed in production"),
            ("variants.blue", "rule 1 in staging"),
            ("variants.blue", "the exposed in production, by somebody's queued change"),
        ]);
        // What nobody names goes, or gets another name.
        Become([.. Banner.Variants.Where(variant => variant.Name != "spare"), Text("green", "g")], Ground(Split)).Accepted().Events.ShouldHaveSingleItem().ShouldBeOfType<FlagVariantsChanged>();
    }

    [Fact]
    public void Another_value_asks_in_each_environment_for_what_a_changed_rule_would_ask_for_there()
    {
        ImmutableArray<Variant> other = [.. Banner.Variants.Select(variant => variant.Name == "blue" ? Text("blue", "navy") : variant)];
        Become(other, Ground(Off with { Serve = Split.Serve }), confirmation: null).IsAccepted.ShouldBeTrue("it is off: nobody gets it");
        Become(other, Ground(Split), confirmation: null).Refusal!.Code.ShouldBe("confirmation_missing");
        Become(other, Ground(Split), actor: Person(Role.ProductManager)).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        Become(other, Ground(Split), reason: "").Refusal!.Code.ShouldBe("reason_missing");
        Become(other, Ground(Split), actor: Person(Role.ReleaseManager) with { Environment = "staging" }).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        var guarded = Production with { Approval = new(1, [Role.EngineeringLead]) };
        Become(other, Ground(Split), environment: guarded).Refusal!.Code.ShouldBe("approval_needed");
        Become(other, Ground(Split)).Accepted().State.Variant("blue")!.Value.Text.ShouldBe("\"navy\"");
        // What a flag answers that is switched off reaches everybody.
        Become([Text("off", "nothing"), .. Banner.Variants.Skip(1)], Ground(Off), confirmation: null).Refusal!.Code.ShouldBe("confirmation_missing");
    }

    [Fact]
    public void While_a_rollout_is_on_its_way_what_it_serves_stays()
    {
        var owned = Split with { RolloutId = Guid.CreateVersion7(Now) };
        var refusal = Become([.. Banner.Variants.Select(variant => variant.Name == "blue" ? Text("blue", "navy") : variant)], Ground(owned)).Refusal.ShouldNotBeNull();
        (refusal.Code, refusal.Items.Single().Place).ShouldBe(("variants_in_use", "variants.blue"));
        refusal.Items.Single().Expected!.ShouldContain($"/rollouts/{owned.RolloutId}");
        Become([.. Banner.Variants.Select(variant => variant.Name == "spare" ? Text("spare", "navy") : variant)], Ground(owned)).IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public void While_an_experiment_compares_them_what_it_serves_stays()
    {
        var compared = Split with { Experiment = "banner-colour" };
        var refusal = Become([.. Banner.Variants.Select(variant => variant.Name == "blue" ? Text("blue", "navy") : variant)], Ground(compared)).Refusal.ShouldNotBeNull();
        (refusal.Items.Single().Place, refusal.Items.Single().Expected).ShouldBe(("variants.blue", "the end of /experiments/banner-colour"));
        Banner.Become(FlagDefinitionReversion.Described(Banner) with { Name = "Another" }, Ground(compared), Terms()).IsAccepted.ShouldBeTrue("a name is no value");
    }

    [Fact]
    public void The_type_of_the_values_changes_only_while_the_flag_can_be_on_nowhere()
    {
        ImmutableArray<Variant> numbers = [new("off", Json("0")), new("red", Json("1"))];
        Become(numbers, Ground(On with { Serve = Serving.Of("red") })).Refusal!.Items.ShouldContain(item => item.Place == "variants" && item.Found == "number");
        Become(numbers, Ground(Off)).IsAccepted.ShouldBeTrue();
        Become([.. numbers, Text("blue", "b")], Ground(Off)).Refusal!.Code.ShouldBe("flag_invalid");
    }

    [Fact]
    public void A_first_variant_that_comes_in_front_of_what_is_served_by_itself_is_a_change_of_what_is_served()
    {
        var effects = FlagDefinition.Effects(Banner, Banner with { Variants = [.. Banner.Variants, Text("on", "new")] }, Ground(On), [Production]);
        effects.ShouldHaveSingleItem().Effect.ShouldBe(ExposureEffect.Raises);
        FlagDefinition.Effects(Banner, Banner with { Variants = [.. Banner.Variants, Text("green", "g")] }, Ground(On), [Production]).Single().Effect.ShouldBe(ExposureEffect.Same);
    }

    [Fact]
    public void A_change_is_taken_back_alone_and_not_when_others_build_on_it()
    {
        var renamed = Banner with { Name = "Banner", Owner = "design" };
        var revalued = renamed with { Variants = [.. Banner.Variants.Where(variant => variant.Name != "spare").Select(variant => variant.Name == "blue" ? Text("blue", "navy") : variant)] };
        var later = revalued with { Variants = [.. revalued.Variants, Text("green", "g")], Description = "later" };
        var back = later.Revert(renamed, revalued).Accepted();
        back.Variants!.Value.ShouldBe([.. Banner.Variants, Text("green", "g")]);
        (back.Name, back.Description).ShouldBe(("Banner", "later"));
        (later.Revert(Banner, renamed).Accepted().Name, later.Revert(Banner, renamed).Accepted().Owner).ShouldBe((Banner.Name, null));
        var again = later with { Owner = "brand", Variants = [.. later.Variants.Select(variant => variant.Name == "blue" ? Text("blue", "sky") : variant)] };
        again.Revert(Banner, renamed).Refusal!.Items.Select(item => item.Place).ShouldBe(["owner"]);
        again.Revert(renamed, revalued).Refusal!.Items.Select(item => item.Place).ShouldBe(["variants.blue"]);
    }

    [Theory]
    [InlineData("{\n  \"a\": 1,\n  b\n}", "blue, line 3", "b")]
    [InlineData("{\"a\":1,\"a\":2}", "blue", null)]
    [InlineData(" ", "blue", null)]
    [InlineData("red", "blue, line 1", "red")]
    public void JSON_that_is_none_is_told_with_its_line(string text, string place, string? found)
    {
        var faults = new List<RefusalItem>();
        JsonText.TryRead(text, "blue", faults, out _).ShouldBeFalse();
        (faults.Single().Place, faults.Single().Found).ShouldBe((place, found));
        JsonText.PlaceOf("{\n \"a\": {\"b\": 1},\n\n \"b\": []}", "b", "payload of blue").ShouldBe("payload of blue, line 4");
    }

    private static Outcome<Decision<Flag>> Become(
        ImmutableArray<Variant> variants, VariantGround ground, string? confirmation = "production", Actor? actor = null, string reason = "because", TargetEnvironment? environment = null) =>
        Banner.Become(FlagDefinitionReversion.Described(Banner) with { Variants = variants }, ground, Terms(actor, reason, confirmation, environment));

    private static DefinitionTerms Terms(Actor? actor = null, string reason = "because", string? confirmation = "production", TargetEnvironment? environment = null) =>
        new(actor ?? Person(Role.ReleaseManager), [Staging, environment ?? Production], reason, confirmation);

    private static VariantGround Ground(params ImmutableArray<FlagEnvironment> settings) => new(settings, [], []);

    private static Variant Text(string name, string value) => new(name, Json($"\"{value}\""));

    private static JsonValue Json(string text) => JsonValue.TryParse(text, out var value) ? value : throw new ArgumentException(text, nameof(text));
}
