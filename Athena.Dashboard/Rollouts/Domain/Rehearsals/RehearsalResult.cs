using System.Collections.Immutable;

namespace Athena.Dashboard.Rollouts.Domain.Rehearsals;

/// <summary>How a plan did when it was tried.</summary>
public sealed record RehearsalResult
{
    /// <summary>Two or three sentences for who reads no table.</summary>
    public string Summary { get; init; } = "";

    /// <summary>What the plan cannot do, with what to change.</summary>
    public ImmutableArray<RehearsalWarning> Warnings { get; init; } = [];

    /// <summary>Healthy runs that were asked for.</summary>
    public required int Wanted { get; init; }

    /// <summary>Healthy runs that there was time for.</summary>
    public required int Runs { get; init; }

    /// <summary>Time of one core, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>Between two reports.</summary>
    public required double TickSeconds { get; init; }

    /// <summary>Healthy runs that were taken back.</summary>
    public required Share RolledBack { get; init; }

    /// <summary>Healthy runs in which a rule stopped the rollout and asked a person.</summary>
    public required Share Asked { get; init; }

    /// <summary>Healthy runs in which some stage was over and could not be decided.</summary>
    public required Share Undecided { get; init; }

    /// <summary>Which rules took healthy runs back or stopped them, the most frequent first.</summary>
    public ImmutableArray<RuleFired> Fired { get; init; } = [];

    /// <summary>Seconds from the start to 100 % and done, in the healthy runs that got there; null when fewer than half did.</summary>
    public double? MedianSeconds { get; init; }

    /// <summary>What the stages are meant to take in all.</summary>
    public required double PlannedSeconds { get; init; }

    public ImmutableArray<StepOutlook> Steps { get; init; } = [];

    public ImmutableArray<HarmOutlook> Harms { get; init; } = [];
}

/// <summary>A share of runs, with the interval that holds the true one in 95 of 100 rehearsals (Wilson 1927).</summary>
public sealed record Share(int Count, int Of)
{
    private const double Normal = 1.959964;

    public double Part => Of == 0 ? 0 : (double)Count / Of;

    public double From => Count == 0 ? 0 : Math.Max(0, Middle - Half);

    public double To => Of == 0 || Count == Of ? 1 : Math.Min(1, Middle + Half);

    private double Middle => (Part + (Normal * Normal / (2 * Of))) / (1 + (Normal * Normal / Of));

    private double Half => Normal / (1 + (Normal * Normal / Of)) * Math.Sqrt((Part * (1 - Part) / Of) + (Normal * Normal / (4.0 * Of * Of)));
}

/// <param name="RollsBack">False when it only stopped the rollout and asked.</param>
/// <param name="Runs">Healthy runs in which it did.</param>
public sealed record RuleFired(string List, string Rule, string Step, bool RollsBack, int Runs);

/// <summary>A step without harm.</summary>
/// <param name="Requests">Exposed requests per minute.</param>
/// <param name="Reached">Healthy runs that came to it.</param>
/// <param name="Undecided">Those in which its time was over and it could not be decided.</param>
/// <param name="Stuck">Those that were not decided within as long again; a person would have had to.</param>
public sealed record StepOutlook(
    int Index, string Name, double Percent, double Seconds, double Requests, int Reached, int RolledBack, int Asked, int Undecided, int Stuck)
{
    /// <summary>Those with the feature are compared with those without.</summary>
    public bool IsCompared { get; init; }

    /// <summary>What held it when a person would have had to end it, in most of those runs; null where none did.</summary>
    public string? HeldBy { get; init; }

    /// <summary>What could not be decided at its end, the most frequent first.</summary>
    public ImmutableArray<Lacking> Lacks { get; init; } = [];
}

/// <param name="Why">In the words of the hold.</param>
/// <param name="More">Samples that it lacked in the middle run; null where that cannot be told.</param>
/// <param name="MoreSeconds">How long those take at this traffic.</param>
/// <param name="NotReported">Counts that the rule needs and nobody reports.</param>
public sealed record Lacking(string Rule, string Why, int Runs, long? More, double? MoreSeconds, ImmutableArray<string> NotReported);

/// <summary>Harm that begins with a step.</summary>
/// <param name="Runs">How many were tried.</param>
/// <param name="Found">Rolled back before the step was over.</param>
/// <param name="Asked">Stopped, so that a person is asked, and not rolled back.</param>
/// <param name="WentOn">Let into the next step, or to the end.</param>
/// <param name="MedianSeconds">From the beginning of the harm until it was rolled back; null when less than half was.</param>
/// <param name="P90Seconds">Null when less than nine in ten were.</param>
/// <param name="MedianAskedSeconds">Until it was rolled back or a person was asked.</param>
/// <param name="Exposed">Requests that met the harm until then, in the middle run of those found.</param>
/// <param name="FoundBy">The rule that found most of it.</param>
public sealed record HarmOutlook(
    int Step, string StepName, string Harm, string Title, int Runs, int Found, int Asked, int WentOn,
    double? MedianSeconds, double? P90Seconds, double? MedianAskedSeconds, long? Exposed, string? FoundBy);

/// <param name="IsGrave">The plan does what nobody wants; otherwise it does less than one might think.</param>
/// <param name="Change">What would help.</param>
public sealed record RehearsalWarning(bool IsGrave, string Message, string Change);
