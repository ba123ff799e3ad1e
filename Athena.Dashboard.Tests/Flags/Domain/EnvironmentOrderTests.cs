using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags.Domain;

public sealed class EnvironmentOrderTests
{
    private static readonly FlagEnvironment Everybody = On with { Environment = "staging" };

    [Fact]
    public void Production_is_not_switched_on_while_the_environment_before_it_is_off()
    {
        var terms = After(Everybody with { Enabled = false });
        var refusal = Off.Switch(true, terms).Refusal.ShouldNotBeNull();
        refusal.Code.ShouldBe("ahead_of_previous");
        refusal.Items.ShouldHaveSingleItem().Message.ShouldBe("is on, and Staging is off");
        var ahead = Off.Switch(true, terms with { Consent = new("production", Override: true), Reason = "a fire" }).Accepted().State;
        (ahead.Enabled, ahead.AheadBecause).ShouldBe((true, "a fire"));
        Off.Switch(true, After(Everybody)).Accepted().State.AheadBecause.ShouldBeNull();
    }

    [Fact]
    public void Not_even_an_override_goes_without_a_reason() =>
        Off.Switch(true, After(Everybody with { Enabled = false }) with { Consent = new("production", Override: true), Reason = " " }).Refusal!.Code.ShouldBe("reason_missing");

    [Fact]
    public void A_share_a_variant_and_an_instant_can_be_ahead()
    {
        var tenth = Everybody with { Percentage = Percentage.From(10) };
        (On with { Percentage = Percentage.From(11) }).Ahead(Previous(tenth)).ShouldHaveSingleItem().Place.ShouldBe("percentage");
        (On with { Percentage = Percentage.From(10) }).Ahead(Previous(tenth)).ShouldBeEmpty();
        (On with { Rules = [new("", [], Serving.Of("red"))] }).Ahead(Previous(Everybody)).ShouldHaveSingleItem().Found.ShouldBe("red");
        (On with { Rules = [new("", [], Serving.Of("red"))] }).Ahead(Previous(Everybody with { Rules = [new("", [Is("plan", "test")], Serving.Of("red"))] })).ShouldBeEmpty();
        (On with { Percentage = Percentage.Zero }).Ahead(Previous(Everybody with { Percentage = Percentage.Zero })).ShouldBeEmpty();
        (Off with { EnableAt = Now }).Ahead(Previous(Everybody with { Enabled = false, EnableAt = Now.AddDays(1) })).ShouldHaveSingleItem().Place.ShouldBe("enableAt");
        (Off with { EnableAt = Now.AddDays(1) }).Ahead(Previous(Everybody with { Enabled = false, EnableAt = Now.AddDays(1) })).ShouldBeEmpty();
    }

    [Fact]
    public void A_schedule_does_not_run_ahead_unless_that_was_allowed_when_it_was_set()
    {
        var planned = Off with { EnableAt = Now };
        var kept = planned.FollowSchedule(After(Everybody with { Enabled = false }));
        (kept.State.Enabled, kept.State.EnableAt).ShouldBe((false, null));
        kept.Events.ShouldHaveSingleItem().ShouldBeOfType<FlagScheduleRefused>().Reason.ShouldContain("Staging is off");
        (planned with { AheadBecause = "the fair opens" }).FollowSchedule(After(Everybody with { Enabled = false })).State.Enabled.ShouldBeTrue();
        planned.FollowSchedule(After(Everybody)).State.Enabled.ShouldBeTrue();
    }

    [Fact]
    public void A_rollout_goes_by_its_own_stages()
    {
        var owned = On with { Enabled = false, RolloutId = Guid.CreateVersion7(Now) };
        owned.Switch(true, After(Everybody with { Enabled = false })).Accepted().State.Enabled.ShouldBeTrue();
    }

    /// <summary>Over random settings: what only lowers is never held back, what was promoted is never ahead, and what is let through without an override is not.</summary>
    [Fact]
    public void The_order_holds_and_stands_in_the_way_of_no_lowering()
    {
        const int Seed = 20251122;
        var random = new Random(Seed);
        var refused = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var (target, next, staging) = (Setting(random, "production"), Setting(random, "production"), Setting(random, "staging"));
            var terms = After(staging);
            var because = $"seed {Seed}, round {round}: {target} → {next} after {staging}";
            var put = target.Put(FlagSettings.Of(next), next.Enabled, terms);
            if (put.Refusal?.Code == "flag_settings_invalid") continue;
            if (Exposure.Compare(target, next) != ExposureEffect.Raises) put.IsAccepted.ShouldBeTrue(because);
            else if (put.IsAccepted) put.Value.State.Ahead(terms.Previous!).ShouldBeEmpty(because);
            else refused += put.Refusal.Code == "ahead_of_previous" ? 1 : 0;
            target.Switch(false, terms with { Consent = default, Reason = "" }).IsAccepted.ShouldBeTrue(because);
            (target with { EnableAt = null }).Promoted(staging).Ahead(terms.Previous!).ShouldBeEmpty(because);
        }

        refused.ShouldBeGreaterThan(1_000);
    }

    private static FlagEnvironment Setting(Random random, string environment)
    {
        var enabled = random.Next(2) == 0;
        return On with
        {
            Environment = environment,
            Enabled = enabled,
            EnableAt = !enabled && random.Next(3) == 0 ? Now.AddDays(random.Next(1, 4)) : null,
            Percentage = Percentage.From(random.Next(0, 5) * 25),
            Conditions = random.Next(2) == 0 ? [] : [Is("plan", "pro")],
            Audience = random.Next(3) == 0 ? ["team"] : [],
            Rules = random.Next(2) == 0 ? [] : [new("", [Is("x", "y")], Serving.Of(random.Next(2) == 0 ? "on" : "off"))],
        };
    }

    private static PreviousEnvironment Previous(FlagEnvironment setting) => new("Staging", setting, "on");

    private static ChangeTerms After(FlagEnvironment setting) => Terms() with { Previous = Previous(setting) };
}
