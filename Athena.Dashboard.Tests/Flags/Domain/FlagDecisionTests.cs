using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Kernel;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags.Domain;

public sealed class FlagDecisionTests
{
    private static readonly Guid Rollout = Guid.CreateVersion7(Now);
    private static readonly FlagEnvironment Owned = On with { RolloutId = Rollout, Percentage = Percentage.From(10) };

    [Fact]
    public void Switching_on_in_production_needs_reason_name_and_role()
    {
        Off.Switch(true, Terms(confirmation: null)).Refusal!.Code.ShouldBe("confirmation_missing");
        Off.Switch(true, Terms(confirmation: "Production")).Refusal!.Code.ShouldBe("confirmation_missing");
        Off.Switch(true, Terms(reason: " ")).Refusal!.Code.ShouldBe("reason_missing");
        Off.Switch(true, Terms(Person(Role.ProductManager))).Refusal!.WhoCan.ShouldContain("Release Manager");
        var decision = Off.Switch(true, Terms()).Accepted();
        decision.State.Enabled.ShouldBeTrue();
        decision.Events.ShouldHaveSingleItem().ShouldBeOfType<FlagSwitchedOn>().Reason.ShouldBe("because");
    }

    [Fact]
    public void Switching_off_waits_for_nobody()
    {
        var decision = Owned.Switch(false, Terms(Person(Role.QaLead), reason: "", confirmation: null)).Accepted();
        decision.State.Enabled.ShouldBeFalse();
        decision.State.RolloutId.ShouldBe(Rollout);
        decision.Events.ShouldHaveSingleItem().ShouldBeOfType<FlagSwitchedOff>().RolloutId.ShouldBe(Rollout);
    }

    [Theory]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Support)]
    public void Who_may_only_look_switches_nothing(Role role)
    {
        Off.Switch(true, Terms(Person(role))).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        On.Switch(false, Terms(Person(role))).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        On.Switch(false, Terms(Person(role), Staging)).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
    }

    [Fact]
    public void Outside_production_nothing_has_to_be_confirmed() =>
        (Off with { Environment = "staging" }).Switch(true, Terms(Person(Role.ProductManager), Staging, confirmation: null)).Accepted().State.Enabled.ShouldBeTrue();

    [Fact]
    public void Switching_what_is_so_already_does_nothing() => On.Switch(true, Terms()).Accepted().Events.ShouldBeEmpty();

    [Fact]
    public void Switching_off_by_hand_forgets_the_schedule() =>
        (On with { DisableAt = Now.AddDays(1) }).Switch(false, Terms()).Accepted().State.DisableAt.ShouldBeNull();

    [Fact]
    public void Switched_on_again_during_a_rollout_the_share_is_still_the_rollouts() =>
        (Owned with { Enabled = false }).Switch(true, Terms()).Accepted().State.ShouldBe(Owned);

    [Fact]
    public void A_rollout_keeps_percentage_cohorts_conditions_and_the_way_on_to_itself()
    {
        var settings = FlagSettings.Of(Owned);
        foreach (var edit in new[]
        {
            settings with { Percentage = Percentage.From(11) },
            settings with { Percentage = Percentage.From(9) },
            settings with { Audience = ["beta"] },
            settings with { Conditions = [Is("userRole", "admin")] },
            settings with { BucketBy = "workspace" },
            settings with { Fallback = Variant.On },
        })
        {
            var refusal = Owned.Edit(edit, Terms()).Refusal.ShouldNotBeNull();
            refusal.Code.ShouldBe("flag_owned");
            refusal.Detail.ShouldContain($"/rollouts/{Rollout}");
        }

        (Owned with { Enabled = false }).Edit(settings with { EnableAt = Now.AddDays(1) }, Terms()).Refusal!.Code.ShouldBe("flag_owned");
        Owned.Edit(settings with { DisableAt = Now.AddDays(1) }, Terms(confirmation: null)).Accepted().State.DisableAt.ShouldBe(Now.AddDays(1));
    }

    [Fact]
    public void Lowering_the_percentage_in_production_waits_for_nobody()
    {
        var half = On with { Percentage = Percentage.From(50) };
        var terms = Terms(Person(Role.QaLead), reason: "", confirmation: null);
        half.Edit(FlagSettings.Of(half) with { Percentage = Percentage.From(5) }, terms).Accepted()
            .Events.ShouldHaveSingleItem().ShouldBeOfType<FlagExposureChanged>().Lowered.ShouldBeTrue();
        half.Edit(FlagSettings.Of(half) with { Percentage = Percentage.From(51) }, terms).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
    }

    [Fact]
    public void All_faults_of_a_setting_are_told_at_once()
    {
        var settings = new FlagSettings([Is("", "x"), Is("userRole")], Percentage.Hundred, [""], Fallback: "maybe", EnableAt: Now.AddDays(-1));
        var refusal = Off.Edit(settings, Terms()).Refusal.ShouldNotBeNull();
        refusal.Items.Select(item => item.Place).ShouldBe(["conditions[0].attribute", "conditions[1].values", "audience", "fallback", "enableAt"]);
    }

    [Fact]
    public void A_claim_never_exposes_anybody()
    {
        var fromOff = Off.Claim(Rollout, Terms()).Accepted().State;
        (fromOff.Enabled, fromOff.Percentage, fromOff.RolloutId).ShouldBe((true, Percentage.Zero, Rollout));
        var fromOn = (On with { Percentage = Percentage.From(10) }).Claim(Rollout, Terms()).Accepted().State;
        (fromOn.Enabled, fromOn.Percentage, fromOn.RolloutId).ShouldBe((true, Percentage.From(10), Rollout));
        Owned.Claim(Rollout, Terms()).Accepted().Events.ShouldBeEmpty();
    }

    [Fact]
    public void A_second_rollout_cannot_claim_what_another_owns() =>
        Owned.Claim(Guid.CreateVersion7(Now), Terms()).Refusal!.Code.ShouldBe("flag_owned");

    [Fact]
    public void Only_the_owning_rollout_sets_the_exposure()
    {
        On.Expose(Rollout, Percentage.From(1), [], Terms()).Refusal!.Code.ShouldBe("flag_not_owned");
        var decision = Owned.Expose(Rollout, Percentage.From(25), ["team"], Terms()).Accepted();
        decision.State.Percentage.ShouldBe(Percentage.From(25));
        decision.State.Audience.ShouldBe(["team"]);
        decision.Events.ShouldHaveSingleItem().ShouldBeOfType<FlagExposureChanged>().Lowered.ShouldBeFalse();
    }

    [Fact]
    public void A_rollout_may_lower_but_not_raise_what_was_switched_off_by_hand()
    {
        var off = Owned with { Enabled = false };
        off.Expose(Rollout, Percentage.From(25), [], Terms()).Refusal!.Code.ShouldBe("flag_switched_off");
        off.Expose(Rollout, Percentage.Zero, [], Terms()).Accepted().State.Percentage.ShouldBe(Percentage.Zero);
        off.Claim(Rollout, Terms()).Accepted().State.ShouldBe(off, "a claim that is repeated must not undo the kill switch");
    }

    [Fact]
    public void When_a_rollout_is_over_percentage_and_switch_stay()
    {
        var released = Owned.ReleaseFrom(Rollout, Terms()).Accepted().State;
        released.ShouldBe(Owned with { RolloutId = null });
        Owned.ReleaseFrom(Guid.CreateVersion7(Now), Terms()).Accepted().State.ShouldBe(Owned);
    }

    [Fact]
    public void A_schedule_that_was_missed_is_followed_once()
    {
        var scheduled = Off with { EnableAt = Now.AddHours(-2), DisableAt = Now.AddHours(1) };
        var on = scheduled.FollowSchedule(Terms()).State;
        (on.Enabled, on.EnableAt, on.DisableAt).ShouldBe((true, null, Now.AddHours(1)));
        on.FollowSchedule(Terms()).Events.ShouldBeEmpty();
        var both = (Off with { EnableAt = Now.AddHours(-2), DisableAt = Now.AddHours(-1) }).FollowSchedule(Terms());
        (both.State.Enabled, both.State.EnableAt, both.State.DisableAt).ShouldBe((false, null, null));
        (Owned with { DisableAt = Now }).FollowSchedule(Terms()).Events.ShouldHaveSingleItem().ShouldBeOfType<FlagSwitchedOff>().RolloutId.ShouldBe(Rollout);
    }

    [Fact]
    public void A_flag_is_described_with_all_faults_at_once()
    {
        var faults = Athena.Dashboard.Flags.Domain.Flag.Create(new FlagDescription("-bad key", " ", FlagKind.Release, new string('x', 5_000)), Now).Refusal.ShouldNotBeNull();
        faults.Items.Select(item => item.Place).ShouldBe(["key", "name", "description"]);
        var created = Athena.Dashboard.Flags.Domain.Flag.Create(new FlagDescription(Key, "Views", FlagKind.Operational, ReleaseId: " "), Now).Accepted().State;
        created.Permanent.ShouldBeTrue();
        created.ReleaseId.ShouldBeNull();
        created.Describe(new FlagDescription(Key, "Views", FlagKind.Release), "why").Refusal!.Code.ShouldBe("flag_kind_fixed");
        created.Describe(new FlagDescription(Key, "Views", FlagKind.Operational), "why").Accepted().Events.ShouldBeEmpty();
    }
}
