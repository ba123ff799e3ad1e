using System.Collections.Immutable;

namespace Athena.Dashboard.Health.Domain.Evidence;

/// <summary>
/// When those without the feature fare as they never do: an incident that has nothing to do with it. The two arms may
/// get into it and out of it minutes apart, so for a while around it neither is measured against anything.
/// </summary>
/// <remarks>
/// It looks at the control alone. Whether a minute is left out of the evidence therefore depends on nothing that the
/// exposed did in it, and evidence from what is not left out is as valid as from all.
/// </remarks>
public sealed class IncidentWatch
{
    /// <summary>An incident is over when the control has been as usual for so long; by then the exposed have had the same time.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    /// <summary>What lasts longer is how things are now.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private const int FewestMinutes = 5;
    private const long FewestErrors = 10;

    /// <summary>A minute of three times the usual errors that is also five standard deviations off; one in millions by chance.</summary>
    private const double Times = 3;
    private const double Deviations = 5;

    private const int MostKept = 20;

    private BurstMeter usual = new();
    private Incident? open;

    /// <summary>The one that is going on; null mostly.</summary>
    public Incident? Open => open;

    /// <summary>Those that are over, oldest first; the last twenty.</summary>
    public ImmutableArray<Incident> Over { get; private set; } = [];

    public static IncidentWatch From(State state) => new() { usual = BurstMeter.From(state.Usual), open = state.Open, Over = state.Over };

    /// <summary>Whether the control would be in an incident with these counts.</summary>
    public bool Shows(MinuteCount control)
    {
        if (usual.Count < FewestMinutes || control.Errors < FewestErrors) return false;
        // Where it is in one already, less says that it still is.
        var enough = open is null ? 1 : 0.75;
        var expected = usual.Rate * control.Requests;
        var deviation = Math.Sqrt(expected + (usual.SquaredVariationOfMinutes * expected * expected));
        return control.Errors >= Times * enough * expected && control.Errors > expected + (Deviations * enough * deviation);
    }

    /// <summary>What the control did in a stretch of time, in order.</summary>
    /// <returns>False when what was usual is so no more.</returns>
    public bool Add(MinuteCount control, DateTimeOffset from, DateTimeOffset to)
    {
        if (control.Requests == 0) return true;
        if (Shows(control)) open = new Incident(open?.From ?? from, to, to);
        else if (open is null) usual.Add(control);
        else open = open with { To = to };
        if (open is not { } now) return true;
        var isNormal = now.To - now.From >= Longest;
        if (!isNormal && now.To - now.LastSeen < Grace) return true;
        if (isNormal) usual = new BurstMeter();
        Over = [.. Over.TakeLast(MostKept - 1), now];
        open = null;
        return !isNormal;
    }

    /// <summary>A new rollout: what is usual stays, what was does not concern it.</summary>
    public void Forget() => (open, Over) = (null, []);

    public State Save() => new(usual.Save(), open, Over);

    public sealed record State(ImmutableArray<MinuteCount> Usual, Incident? Open, ImmutableArray<Incident> Over);
}

/// <param name="LastSeen">End of the last minute in which the control was in it.</param>
/// <param name="To">Until when it is left out.</param>
public sealed record Incident(DateTimeOffset From, DateTimeOffset LastSeen, DateTimeOffset To);
