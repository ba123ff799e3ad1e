using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Health.Domain.Evidence;

/// <summary>
/// One sequential test on its way: batches go in by their counts, evidence comes out. What it knows is a handful of
/// numbers, whatever the number of batches.
/// </summary>
public sealed class SequentialRun
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>The harm that "enough to tell" is reckoned with: three times the errors.</summary>
    private const double ToBeFound = 3;

    /// <summary>Evidence that the control is above the limit too, from which an incident counts as shared.</summary>
    private static readonly double LogShared = Math.Log(2);

    private readonly SequentialTest test;
    private readonly StartMixture harm;
    private readonly StartMixture? control;
    private readonly StartMixture? good;
    private BurstMeter hour;
    private ArmCounts counts;
    private TimeSpan counted;
    private DateTimeOffset? badSince;

    /// <summary>The rollout, or for a limit the stage, begins.</summary>
    public SequentialRun(SequentialTest test)
    {
        this.test = test;
        harm = new StartMixture(EvidenceGrids.Worse.Length);
        harm.Stake(StakePlan.AtFirst);
        hour = new BurstMeter();
        if (test.Kind != SequentialKind.AgainstLimit) return;
        control = new StartMixture(EvidenceGrids.Worse.Length);
        control.Stake(StakePlan.AtFirst);
        good = StartMixture.OfOneStart(EvidenceGrids.Better.Length);
    }

    public SequentialRun(SequentialTest test, State state)
    {
        this.test = test;
        harm = StartMixture.From(state.Harm);
        control = state.Control is null ? null : StartMixture.From(state.Control);
        good = state.Good is null ? null : StartMixture.From(state.Good);
        hour = BurstMeter.From(state.Hour);
        (counts, counted, badSince) = (state.Counts, state.Counted, state.BadSince);
    }

    /// <summary>Harm was found; that stays.</summary>
    public bool IsBad => badSince is not null;

    /// <summary>What is known from before the rollout about the control, so that bursts are expected from the beginning.</summary>
    public void Remember(MinuteCount minute) => hour.Add(minute);

    /// <summary>How the control was is no measure of how it is now.</summary>
    public void Unlearn() => hour = new BurstMeter();

    /// <summary>More are exposed from now on: harm may begin here.</summary>
    public void BeginStage()
    {
        harm.Stake(StakePlan.AtStage);
        (counts, counted) = (default, TimeSpan.Zero);
    }

    /// <summary>A batch that will not change any more, with what was expected before it; then it becomes what is expected.</summary>
    /// <param name="length">Time that the batch covers.</param>
    /// <param name="inIncident">The control is in an incident: what it does now is not what is expected of it.</param>
    public void Add(ArmCounts batch, TimeSpan length, DateTimeOffset at, bool inIncident = false)
    {
        Weigh(harm, control, good, batch, length, inIncident);
        counts += batch;
        counted += length;
        if (IsHarm(harm) && !IsShared(control)) badSince ??= at;
        // Of healthy time only; what began to go wrong would be taken for bursts.
        if (badSince is not null || inIncident) return;
        hour.Add(batch.ControlRequests > 0 ? new MinuteCount(batch.ControlRequests, batch.ControlErrors)
            : test.Kind == SequentialKind.AgainstLimit ? new MinuteCount(batch.ExposedRequests, batch.ExposedErrors)
            : default);
    }

    /// <summary>The evidence with a last batch that may still grow and is weighed anew at the next look.</summary>
    /// <param name="inIncident">The control is in an incident: what is found now may be that, and is not kept.</param>
    public (EvidenceReading Reading, bool IsShared) Look(ArmCounts last, TimeSpan length, DateTimeOffset now, bool inIncident = false)
    {
        var (tried, triedControl, triedGood) = (harm.Copy(), control?.Copy(), good?.Copy());
        Weigh(tried, triedControl, triedGood, last, length, inIncident);
        var isShared = inIncident || IsShared(triedControl);
        if (IsHarm(tried) && !isShared) badSince ??= now;
        var sum = counts + last;
        var needed = badSince is not null ? null : test.Kind == SequentialKind.AgainstControl ? UntilTold(sum) : UntilGood(triedGood!);
        var perMinute = (counted + length).TotalMinutes is > 0 and var minutes ? sum.ExposedRequests / minutes : 0;
        var time = needed is { } more && perMinute > 0 ? TimeSpan.FromMinutes(Math.Min(more / perMinute, TimeSpan.FromDays(3650).TotalMinutes)) : (TimeSpan?)null;
        return (
            new EvidenceReading(tried.LogValue(), -Math.Log(test.Alpha), triedGood?.LogValue(), Math.Log(AbsoluteEvidence.EnoughForGood), needed, time, sum, badSince),
            isShared && IsHarm(tried));
    }

    public State Save() => new(harm.Save(), control?.Save(), good?.Save(), hour.Save(), counts, counted, badSince);

    private void Weigh(StartMixture toHarm, StartMixture? toControl, StartMixture? toGood, ArmCounts batch, TimeSpan length, bool inIncident)
    {
        if (test.Kind == SequentialKind.AgainstControl && (batch.ExposedRequests == 0 || batch.ControlRequests == 0)) return;
        var share = StakePlan.Over(length);
        toHarm.Stake(share);
        // A shorter look is part of a minute whose burst it shares.
        var scale = length >= Minute || length <= TimeSpan.Zero ? 1 : Minute / length;
        if (test.Kind == SequentialKind.AgainstControl)
        {
            // The very first batch has no history; its own control says what to expect.
            var present = (double)batch.ControlErrors / batch.ControlRequests;
            // In an incident there are more errors than usual to come in bursts.
            var rate = hour.IsEmpty ? present : inIncident ? Math.Max(present, hour.Rate) : hour.Rate;
            var expected = rate * batch.ExposedRequests * scale * (1 + test.Level);
            new RelativeEvidence(test.Level, toHarm).Add(
                batch.ExposedRequests, batch.ExposedErrors, batch.ControlRequests, batch.ControlErrors, hour.SquaredVariation * expected);
            return;
        }

        var allowed = hour.SquaredVariation * test.Level * scale;
        AbsoluteEvidence.OfWorse(test.Level, toHarm).Add(batch.ExposedRequests, batch.ExposedErrors, allowed * batch.ExposedRequests);
        AbsoluteEvidence.OfBetter(test.Level, toGood!).Add(batch.ExposedRequests, batch.ExposedErrors, allowed * batch.ExposedRequests);
        toControl!.Stake(share);
        AbsoluteEvidence.OfWorse(test.Level, toControl).Add(batch.ControlRequests, batch.ControlErrors, allowed * batch.ControlRequests);
    }

    private bool IsHarm(StartMixture mixture) => mixture.LogValue() >= -Math.Log(test.Alpha);

    private static bool IsShared(StartMixture? mixture) => mixture?.LogValue() > LogShared;

    /// <summary>Requests without an error until "better" is good, at once.</summary>
    private long? UntilGood(StartMixture mixture)
    {
        var needed = AbsoluteEvidence.ZeroErrorRequestsForGood(test.Level, AbsoluteEvidence.OfBetter(test.Level, mixture));
        return needed < 1_000_000_000_000 ? needed : null;
    }

    /// <summary>
    /// Exposed requests after which a threefold error rate would have been found: its evidence grows by
    /// p × (r log r − (r − 1)) for each at an error rate p, and the limit, the stake and the grid have to be made up for.
    /// </summary>
    private long? UntilTold(ArmCounts sum)
    {
        if (hour.Rate <= 0) return null;
        var growth = hour.Rate * ((ToBeFound * Math.Log(ToBeFound)) - (ToBeFound - 1));
        var wanted = -Math.Log(test.Alpha) - Math.Log(StakePlan.AtStage / EvidenceGrids.Worse.Length);
        return Math.Max(0, (long)Math.Ceiling(wanted / growth) - sum.ExposedRequests);
    }

    /// <summary>Small, and all that is needed to go on.</summary>
    public sealed record State(
        StartMixture.State Harm,
        StartMixture.State? Control,
        StartMixture.State? Good,
        ImmutableArray<MinuteCount> Hour,
        ArmCounts Counts,
        TimeSpan Counted,
        DateTimeOffset? BadSince);
}
