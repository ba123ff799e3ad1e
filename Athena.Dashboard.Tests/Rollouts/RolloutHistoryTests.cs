using System.Text.Json;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using static Athena.Dashboard.Tests.Rollouts.RolloutBuilder;

namespace Athena.Dashboard.Tests.Rollouts;

/// <summary>Whatever happens in whatever order, these hold.</summary>
public sealed class RolloutHistoryTests
{
    private const int Histories = 400;
    private const int Length = 120;

    [Fact]
    public void No_history_breaks_the_rules()
    {
        var replays = 0;
        for (var seed = 0; seed < Histories; seed++)
        {
            var random = new Random(seed);
            var plan = random.Next(2) == 0 ? ShortPlan : ShortPlan.Replace("automatic: true", "automatic: false", StringComparison.Ordinal);
            var history = new History(random, Running(plan), seed);
            for (var i = 0; i < Length; i++) history.Next();
            replays += history.Replays;
        }

        replays.ShouldBeGreaterThan(Histories);
    }

    private sealed class History(Random random, Rollout rollout, int seed)
    {
        private static readonly Actor Lead = Person(Role.EngineeringLead);
        private TimeSpan real = TimeSpan.Zero;
        private TimeSpan counted = TimeSpan.Zero;
        private int rollbacks;
        private DateTimeOffset now = Start;

        public void Next()
        {
            var before = rollout;
            now = now.AddSeconds(random.Next(-30, 60));
            var byHand = false;
            TickInput? input = null;
            switch (random.Next(12))
            {
                case 0: Take(RolloutCommands.Pause(rollout, Lead, "wait", now)); break;
                case 1: Take(RolloutCommands.Resume(rollout, Lead, AllClear, "go", now)); break;
                case 2 when random.Next(4) == 0: byHand = Take(RolloutCommands.Advance(rollout, Lead, AllClear, "go", now)); break;
                case 3 when random.Next(8) == 0: Take(RolloutCommands.RollBack(rollout, Lead, random.Next(3) switch { 0 => RuleAction.Gradual, 1 => RuleAction.Emergency, _ => RuleAction.RollBack }, null, now)); break;
                case 4: Take(RolloutCommands.Interrupt(rollout, "switched off", "somebody", now, now)); break;
                case 5 when random.Next(4) == 0: Take(RolloutCommands.ExposureRefused(rollout, Refusal.Conflict("no", "No."), now)); break;
                case 6 or 7: Take(RolloutCommands.ExposureApplied(rollout, rollout.Step, now)); break;
                case 8: rollout = Restarted(rollout); break;
                default:
                    input = RandomLook();
                    Take(RolloutTick.Tick(rollout, input, now));
                    break;
            }

            Check(before, input, byHand);
        }

        private TickInput RandomLook()
        {
            var worst = random.Next(20) switch { 0 => Verdict.Bad, < 6 => Verdict.Undecided, _ => Verdict.Good };
            var look = Look(rollout, worst);
            var elapsed = TimeSpan.FromSeconds(random.NextDouble() * 60);
            real += elapsed;
            return look with
            {
                Elapsed = elapsed,
                Source = random.Next(8) switch { 0 => StaleSource, 1 => SourceFreshness.Never, _ => Fresh },
                Gates = random.Next(10) == 0 ? GatesOpen : GateStanding.Clear,
            };
        }

        private bool Take(Outcome<RolloutDecision> outcome) => outcome.Match(decision => Take(decision), _ => false);

        private bool Take(RolloutDecision decision)
        {
            Replay(decision);
            rollbacks += decision.Events.OfType<RollbackDecided>().Count();
            rollout = decision.Rollout;
            return decision.Events.Length > 0;
        }

        /// <summary>Every record, as the database gives it back, is enough to make the decision again, whatever became of the rollout.</summary>
        private void Replay(RolloutDecision decision)
        {
            if (decision.Record is not { Inputs: not null } record) return;
            var stored = JsonSerializer.Deserialize<DecisionInputs>(JsonSerializer.Serialize(record.Inputs, JsonColumn.Options), JsonColumn.Options);
            var later = decision.Rollout with { State = RolloutState.RolledBack, Step = 0, Counted = TimeSpan.Zero, Seen = [], Standing = [], LetRunAt = now.AddDays(1) };
            var replayed = DecisionReplay.Of(later, record with { Inputs = stored });
            replayed.Differences.ShouldBeEmpty($"seed {seed}, {record.Kind}: {record.Summary}");
            replayed.IsSame.ShouldBeTrue($"seed {seed}, {record.Kind}");
            Replays++;
        }

        public int Replays { get; private set; }

        private void Check(Rollout before, TickInput? input, bool byHand)
        {
            var gained = rollout.Step == before.Step ? rollout.Counted - before.Counted : TimeSpan.Zero;
            counted += gained;
            var why = $"seed {seed}";
            gained.ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero, why);
            if (input is not null) gained.ShouldBeLessThanOrEqualTo(input.Elapsed, why);
            else gained.ShouldBe(TimeSpan.Zero, why);
            counted.ShouldBeLessThanOrEqualTo(real, why);
            if (gained > TimeSpan.Zero)
            {
                before.State.ShouldBe(RolloutState.Running, why);
                before.Applied.ShouldBeTrue(why);
                input!.Source.IsFresh.ShouldBeTrue(why);
                input.Gates.Passed.ShouldBeTrue(why);
                input.Verdicts.ShouldNotContain(verdict => verdict.Verdict == Verdict.Bad, why);
            }

            if (rollout.Step != before.Step && !byHand)
            {
                before.State.ShouldBe(RolloutState.Running, why);
                input.ShouldNotBeNull(why).Source.IsFresh.ShouldBeTrue(why);
                input.Verdicts.ShouldAllBe(verdict => verdict.Verdict == Verdict.Good, why);
                input.Gates.Passed.ShouldBeTrue(why);
            }

            if (rollout.Exposed > before.Exposed) before.State.IsInStage().ShouldBeTrue(why);
            if (!before.State.IsInStage() && before.State != RolloutState.RollingBack) rollout.State.ShouldBe(before.State, why);
            if (before.State == RolloutState.RollingBack) rollout.Step.ShouldBe(before.Step, why);
            rollbacks.ShouldBeLessThanOrEqualTo(1, why);
            (rollout.State == RolloutState.RollingBack).ShouldBe(rollbacks == 1, why);
            if (input is { Source.IsFresh: false }) rollout.State.ShouldNotBe(before.State == RolloutState.RollingBack ? RolloutState.Planned : RolloutState.RollingBack, why);
            (rollout.Cause is not null).ShouldBe(rollout.State == RolloutState.Held, why);
        }

        // What a restart keeps is what the row keeps.
        private static Rollout Restarted(Rollout before)
        {
            var after = JsonSerializer.Deserialize<Rollout>(JsonSerializer.Serialize(before, Loose), Loose)!;
            after.Counted.ShouldBe(before.Counted);
            after.State.ShouldBe(before.State);
            return after;
        }

        private static readonly JsonSerializerOptions Loose = new(JsonColumn.Options);
    }
}
