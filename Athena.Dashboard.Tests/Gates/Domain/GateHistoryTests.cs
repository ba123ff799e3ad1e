using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Gates.Domain;
using Athena.Dashboard.Platform.Kernel;
using static Athena.Dashboard.Tests.Gates.GateSamples;

namespace Athena.Dashboard.Tests.Gates.Domain;

/// <summary>Random histories of one item: what must hold after every command, whoever gives it.</summary>
public sealed class GateHistoryTests
{
    private static readonly Actor[] Actors =
    [
        Person("Manager", Role.ReleaseManager),
        Person("Lead", Role.EngineeringLead),
        Person("Quality", Role.QaLead),
        Person("Product", Role.ProductManager),
        Person("Help", Role.Support),
        Person("Guest", Role.Viewer),
        Key(Permission.WriteGates),
        Key(Permission.WriteHealth),
    ];

    [Fact]
    public void What_passes_was_passed_by_somebody_who_may()
    {
        for (var seed = 0; seed < 400; seed++) Play(seed);
    }

    private static void Play(int seed)
    {
        var random = new Random(seed);
        var at = TimeSpan.Zero;
        var state = new WaivedItem(Item(Role.QaLead), null!);
        for (var step = 0; step < 60; step++)
        {
            at += TimeSpan.FromHours(random.Next(1, 30));
            var actor = Actors[random.Next(Actors.Length)];
            var terms = By(actor, at);
            var before = state;
            var decided = Command(random, state, terms);
            if (!decided.IsAccepted)
            {
                string.IsNullOrWhiteSpace(decided.Refusal.Title).ShouldBeFalse($"seed {seed}: a refusal says what was refused");
                if (decided.Refusal.Kind == RefusalKind.Forbidden) decided.Refusal.WhoCan.ShouldNotBeEmpty($"seed {seed}");
                continue;
            }

            state = decided.Value.State;
            Check(before, state, decided.Value, terms, $"seed {seed}, step {step}, {actor.Name}");
        }
    }

    private static void Check(WaivedItem before, WaivedItem after, Decision<WaivedItem> decision, GateTerms terms, string where)
    {
        var (was, now) = (before.Item.StateAt(terms.Now), after.Item.StateAt(terms.Now));
        if (was != now) decision.Events.ShouldNotBeEmpty($"{where}: a change leaves an event");
        foreach (var happened in decision.Events) happened.Subject.ShouldBe(after.Item.Subject, where);
        if (was != now && now == GateItemState.Passed)
            before.Item.MayNotSettle(terms.Actor, "tick").ShouldBeNull($"{where}: only who may settle lets it pass");
        if (was != GateItemState.Waived && now == GateItemState.Waived)
        {
            after.Waiver.AskedById.ShouldNotBe(terms.Actor.Id, $"{where}: nobody waives alone");
            (terms.Actor.Is(Role.EngineeringLead) || terms.Actor.Is(Role.QaLead)).ShouldBeTrue(where);
        }

        if (was == GateItemState.Blocked && now == GateItemState.Passed) Assert.Fail($"{where}: a block was passed over");
        (after.Item.State == GateItemState.Waived).ShouldBe(after.Item.WaivedUntil is not null, where);
        if (after.Item.State == GateItemState.Waived) after.Item.WaiverId.ShouldBe(after.Waiver.Id, where);
        if (now == GateItemState.Passed) after.Item.WaiverId.ShouldBeNull(where);
        after.Item.StateSince.ShouldBeLessThanOrEqualTo(terms.Now, where);

        var verdict = GateJudge.Judge([after.Item], ["pre-release"], new HashSet<string>(), Now, terms.Now);
        verdict.Passed.ShouldBe(now.IsDone(), where);
    }

    private static Outcome<Decision<WaivedItem>> Command(Random random, WaivedItem state, GateTerms terms)
    {
        var (item, waiver) = (state.Item, state.Waiver);
        return random.Next(12) switch
        {
            0 => Alone(item.Start(terms)),
            1 or 2 => Alone(item.Tick(null, terms)),
            3 => Alone(item.Untick("again", terms)),
            4 => Alone(item.Block("stopped", terms)),
            5 => Alone(item.Reject("no", terms)),
            6 => Alone(item.Report(new GateCheckResult(random.Next(2) == 0, "run " + random.Next(3)), "pipeline", random.Next(2) == 0, terms)),
            7 or 8 => item.AskWaiver(Guid.NewGuid(), Request(terms.Now.AddHours(random.Next(-5, 60))), OneApprover, terms),
            9 or 10 when waiver is not null => state.ApproveWaiver(OneApprover, terms),
            11 when waiver is not null => random.Next(2) == 0 ? state.DeclineWaiver("no", OneApprover, terms) : state.EndWaiver(terms),
            _ => Alone(item.Tick(null, terms)),
        };

        Outcome<Decision<WaivedItem>> Alone(Outcome<Decision<GateItem>> decided) =>
            decided.Then<Decision<WaivedItem>>(decision => new Decision<WaivedItem>(new WaivedItem(decision.State, waiver!), decision.Events));
    }
}
