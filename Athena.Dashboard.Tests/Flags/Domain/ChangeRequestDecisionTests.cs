using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags.Domain;

public sealed class ChangeRequestDecisionTests
{
    private static readonly TargetEnvironment Guarded = Production with { Approval = new(2, [Role.EngineeringLead, Role.DevOpsEngineer]) };
    private static readonly Actor Author = Person(Role.ReleaseManager);
    private static readonly Actor Lead = Person(Role.EngineeringLead);
    private static readonly Actor DevOps = Person(Role.DevOpsEngineer);

    [Fact]
    public void What_raises_needs_approval_and_what_lowers_needs_nobody()
    {
        var terms = Terms(environment: Guarded);
        var refusal = Off.Switch(true, terms).Refusal.ShouldNotBeNull();
        (refusal.Code, refusal.WhoCan.ToArray()).ShouldBe(("approval_needed", ["Engineering Lead", "DevOps Engineer"]), Comparer);
        On.Edit(FlagSettings.Of(On) with { Conditions = [Is("plan", "pro")], Fallback = "on" }, terms).Refusal!.Code.ShouldBe("approval_needed");
        On.Switch(false, terms with { Reason = "", Consent = default }).Accepted().State.Enabled.ShouldBeFalse();
        On.Edit(FlagSettings.Of(On) with { Percentage = Percentage.From(3) }, terms with { Consent = default }).Accepted().State.Percentage.ShouldBe(Percentage.From(3));
        ChangeRequest.Ask(Guid.Empty, On, On.Switch(false, terms).Accepted(), terms).Refusal!.Code.ShouldBe("approval_not_needed");
    }

    [Fact]
    public void A_rollout_raises_without_it_for_it_has_gates_of_its_own() =>
        (On with { RolloutId = Author.Id, Percentage = Percentage.Zero }).Expose(Author.Id, Percentage.From(1), [], Terms(environment: Guarded)).IsAccepted.ShouldBeTrue();

    [Fact]
    public void Enough_others_of_the_roles_have_to_approve_each_once_and_people_only()
    {
        var request = Ask(Off, Switched());
        request.Approve(request.Hash, Ground(Off), Guarded, Author, Now).Refusal!.Title.ShouldBe("Who asks for a change does not approve it.");
        request.Approve(request.Hash, Ground(Off), Guarded, Person(Role.QaLead), Now).Refusal!.WhoCan.ShouldContain("Engineering Lead");
        request.Approve(request.Hash, Ground(Off), Guarded, Lead with { Kind = ActorKind.Key }, Now).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        request = request.Approve(request.Hash, Ground(Off), Guarded, Lead, Now).Accepted().State;
        request.Approve(request.Hash, Ground(Off), Guarded, Lead, Now).Accepted().Events.ShouldBeEmpty("one person counts once");
        request.Apply(Ground(Off), Guarded).Refusal!.Code.ShouldBe("approvals_missing");
        request = request.Approve(request.Hash, Ground(Off), Guarded, DevOps, Now).Accepted().State;
        request.Apply(Ground(Off), Guarded).Accepted().State.State.ShouldBe(ChangeRequestState.Applied);
    }

    [Fact]
    public void An_approval_is_of_what_was_seen_and_any_edit_voids_it()
    {
        var request = Ask(Off, Switched());
        request = request.Approve(request.Hash, Ground(Off), Guarded, Lead, Now).Accepted().State;
        var half = Off.Put(FlagSettings.Of(Off) with { Percentage = Percentage.From(50) }, enabled: true, Open()).Accepted();
        request.Revise(Off, half, Open(Lead)).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        var revised = request.Revise(Off, half, Open()).Accepted().State;
        revised.Valid.ShouldBeEmpty();
        revised.Approve(request.Hash, Ground(Off), Guarded, DevOps, Now).Refusal!.Kind.ShouldBe(RefusalKind.Stale);
        // Even approvals that somehow stayed would not count.
        (revised with { Approvals = request.Approvals }).Apply(Ground(Off), Guarded).Refusal!.Code.ShouldBe("approvals_missing");
        request.Approve(request.Hash, Ground(Off with { Version = 2 }), Guarded, DevOps, Now).Refusal!.Code.ShouldBe("change_request_void");
        request.Apply(Ground(Off with { Version = 2 }), Guarded).Refusal!.Code.ShouldBe("change_request_void");
    }

    [Fact]
    public void Everything_that_an_approver_sees_is_in_the_hash()
    {
        var request = Ask(Off, Switched());
        ChangeRequest[] others =
        [
            request with { FlagKey = "other" },
            request with { Environment = "staging" },
            request with { Reason = "another" },
            request with { Override = true },
            request with { Before = request.Before! with { Version = 9 } },
            request with { After = request.After! with { Enabled = false } },
            request with { After = request.After! with { Percentage = Percentage.From(99.999m) } },
            request with { After = request.After! with { Audience = ["beta"] } },
            request with { After = request.After! with { Conditions = [Is("plan", "pro")] } },
            request with { After = request.After! with { Conditions = [Is("plan", "team")] } },
            request with { After = request.After! with { Rules = [new("", [], Serving.Of("on"))] } },
            request with { After = request.After! with { Rules = [new("", [Is("a", "b")], Serving.Of("on"))] } },
            request with { After = request.After! with { Serve = Serving.Of("on") } },
            request with { After = request.After! with { Prerequisites = [new("base")] } },
            request with { After = request.After! with { BucketBy = "workspace" } },
            request with { After = request.After! with { Fallback = "on" } },
            request with { After = request.After! with { EnableAt = Now } },
            request with { After = request.After! with { DisableAt = Now } },
        ];
        others.Append(request).Select(other => other.Hash).Distinct().Count().ShouldBe(others.Length + 1);
        (request with { Approvals = [new(Lead.Id, "x", "y", Now)], Version = 7 }).Hash.ShouldBe(request.Hash);
    }

    [Fact]
    public void Of_a_segment_too_everything_that_an_approver_sees_is_in_the_hash()
    {
        var staff = new Segment { Key = "staff", Name = "Staff", Conditions = [Is("mail", "a")], CreatedAt = Now };
        var request = ChangeRequest.Ask(Guid.Empty, staff, staff with { Conditions = [Is("mail", "a", "b")] }, Guarded, new DefinitionTerms(Author, [Guarded], "wider", null), Now).State;
        var after = request.SegmentAfter!;
        ChangeRequest[] others =
        [
            request with { Environment = "staging" },
            request with { Reason = "another" },
            request with { SegmentBefore = staff with { Version = 9 } },
            request with { SegmentBefore = null },
            request with { SegmentAfter = after with { Key = "other" } },
            request with { SegmentAfter = after with { Name = "Other" } },
            request with { SegmentAfter = after with { Description = "Other" } },
            request with { SegmentAfter = after with { Conditions = [Is("mail", "a", "c")] } },
            Ask(Off, Switched()),
        ];
        others.Append(request).Select(other => other.Hash).Distinct().Count().ShouldBe(others.Length + 1);
        request.IsVoid(new(null, null, staff)).ShouldBeFalse();
        request.IsVoid(new(null, null, staff with { Version = 2 })).ShouldBeTrue();
        request.IsVoid(new(null, null, staff with { CreatedAt = Now.AddDays(1) })).ShouldBeTrue("it was deleted and made anew");
        request.IsVoid(new(null, null, null)).ShouldBeTrue();
    }

    [Fact]
    public void A_schedule_that_never_was_approved_is_not_followed()
    {
        var planned = Off with { EnableAt = Now };
        planned.FollowSchedule(Terms(environment: Guarded)).Events.ShouldHaveSingleItem().ShouldBeOfType<FlagScheduleRefused>();
        (planned with { Approved = true }).FollowSchedule(Terms(environment: Guarded)).State.Enabled.ShouldBeTrue();
        (On with { DisableAt = Now }).FollowSchedule(Terms(environment: Guarded)).State.Enabled.ShouldBeFalse();
    }

    /// <summary>Random histories of everybody doing anything: nothing that raises gets by without two others who saw just that, and no lowering is ever in the way.</summary>
    [Fact]
    public void Nothing_is_raised_that_was_not_approved_as_it_is()
    {
        const int Seed = 7_151_969;
        var random = new Random(Seed);
        Actor[] people = [Author, Lead, DevOps, Person(Role.EngineeringLead, Role.ReleaseManager), Person(Role.QaLead)];
        var applied = 0;
        for (var history = 0; history < 1_000; history++)
        {
            var setting = Off;
            var requests = new Dictionary<Guid, ChangeRequest>();
            var seen = new Dictionary<(Guid Request, Guid Person), FlagEnvironment>();
            for (var step = 0; step < 40; step++)
            {
                var because = $"seed {Seed}, history {history}, step {step}";
                var actor = people[random.Next(people.Length)];
                var terms = Open(actor) with { Approved = false };
                var wanted = Wanted(random, setting);
                var request = requests.Count == 0 ? null : requests.Values.ElementAt(random.Next(requests.Count));
                switch (random.Next(6))
                {
                    case 0:
                        var direct = setting.Put(FlagSettings.Of(wanted), wanted.Enabled, terms with { Actor = Author });
                        if (Exposure.Compare(setting, wanted) == ExposureEffect.Lowers) direct.IsAccepted.ShouldBeTrue(because);
                        if (!direct.IsAccepted || direct.Value.Events.IsEmpty) break;
                        Exposure.Compare(setting, direct.Value.State).ShouldBe(ExposureEffect.Lowers, because);
                        setting = direct.Value.State with { Version = setting.Version + 1 };
                        break;
                    case 1 when setting.Put(FlagSettings.Of(wanted), wanted.Enabled, terms with { Actor = Author, Approved = true }) is { IsAccepted: true } decided:
                        var asked = ChangeRequest.Ask(Guid.CreateVersion7(Now), setting, decided.Value, terms);
                        if (asked.IsAccepted) requests[asked.Value.State.Id] = asked.Value.State;
                        break;
                    case 2 when request is not null && setting.Put(FlagSettings.Of(wanted), wanted.Enabled, terms with { Actor = Author, Approved = true }) is { IsAccepted: true } decided:
                        var revised = request.Revise(setting, decided.Value, terms);
                        if (!revised.IsAccepted) break;
                        actor.Id.ShouldBe(request.AuthorId, because);
                        requests[request.Id] = revised.Value.State;
                        break;
                    case 3 or 4 when request is not null:
                        var approved = request.Approve(request.Hash, Ground(setting), Guarded, actor, Now);
                        if (!approved.IsAccepted) break;
                        requests[request.Id] = approved.Value.State;
                        seen[(request.Id, actor.Id)] = request.After!;
                        break;
                    case 5 when request is not null && request.Apply(Ground(setting), Guarded) is { IsAccepted: true } done:
                        var saw = seen.Where(pair => pair.Key.Request == request.Id && pair.Value == request.After).Select(pair => pair.Key.Person).Where(person => person != request.AuthorId);
                        saw.Count().ShouldBeGreaterThanOrEqualTo(2, because);
                        requests[request.Id] = done.Value.State;
                        setting = request.After! with { Version = setting.Version + 1 };
                        applied++;
                        break;
                    default:
                        break;
                }

                setting.Switch(false, terms with { Actor = Author, Reason = "", Consent = default }).IsAccepted.ShouldBeTrue(because);
            }
        }

        applied.ShouldBeGreaterThan(200);
    }

    private static readonly IEqualityComparer<(string, string[])> Comparer =
        EqualityComparer<(string, string[])>.Create((left, right) => left.Item1 == right.Item1 && left.Item2.SequenceEqual(right.Item2), _ => 0);

    private static FlagEnvironment Wanted(Random random, FlagEnvironment setting) => setting with
    {
        Enabled = random.Next(3) > 0,
        Percentage = Percentage.From(random.Next(0, 5) * 25),
        Conditions = random.Next(3) == 0 ? [Is("plan", "pro")] : setting.Conditions,
        Audience = random.Next(4) == 0 ? ["team"] : [],
        EnableAt = null,
    };

    private static ChangeRequestGround Ground(FlagEnvironment setting) => new(setting, null, null);

    private static ChangeTerms Open(Actor? actor = null) => Terms(actor ?? Author, Guarded) with { Approved = true };

    private static Decision<FlagEnvironment> Switched() => Off.Switch(true, Open()).Accepted();

    private static ChangeRequest Ask(FlagEnvironment before, Decision<FlagEnvironment> decided) => ChangeRequest.Ask(Guid.CreateVersion7(Now), before, decided, Open()).Accepted().State;
}
