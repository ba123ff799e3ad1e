using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Athena.Dashboard.Recovery.Domain;

/// <summary>What is played in every drill, so that two drills can be compared.</summary>
public static class DrillScript
{
    /// <summary>The drills' own flag. It is off but for the time of a drill.</summary>
    public const string FlagKey = "recovery-drill";

    public const string FlagName = "Recovery drill";

    public const string FlagText = "Made by the product to rehearse rollbacks with. It stands for no feature.";

    /// <summary>What everybody gets without the feature.</summary>
    public const string OldValue = "off";

    public const int HealthyReports = 3;

    private const int Requests = 500;
    private const int HealthyErrors = 1;
    private const int FaultyErrors = 250;

    public static readonly string HealthyText = string.Create(CultureInfo.InvariantCulture, $"{HealthyReports} reports of {Requests} requests with the feature and as many without, of which {HealthyErrors} fails on each side");

    public static readonly string FaultText = string.Create(CultureInfo.InvariantCulture, $"{FaultyErrors} of the {Requests} requests with the feature fail in each report from then on");

    /// <summary>Time between two reports, which each of them covers.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>From the first faulty report on; what is not found until then is not found.</summary>
    public static readonly TimeSpan LongestFault = TimeSpan.FromMinutes(2);

    /// <summary>For each other part.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>Who is asked for at the end.</summary>
    public static readonly ImmutableArray<string> Users = [.. Enumerable.Range(1, 100).Select(number => "drill-user-" + number.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Half of the users, looked at every three seconds, so that a drill takes half a minute.</summary>
    public const string Plan = """
        rollout:
          feature: recovery-drill
          minimum_sample: 100
          stages:
            - name: rehearsal
              percentage: 50
              duration: 30s
              criteria: [error_rate < 5%]
            - name: everybody
              percentage: 100
              duration: 30s
              criteria: [error_rate < 5%]
          rollback:
            automatic: true
            conditions: [error_rate > 5% in 10s]
        """;

    /// <summary>One report of the application that the drill plays.</summary>
    public static byte[] Report(Guid drillId, Guid rolloutId, int number, bool faulty, DateTimeOffset from, DateTimeOffset until) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        batchId = FormattableString.Invariant($"drill-{drillId:N}-{number}"),
        instance = "drill",
        from,
        to = until,
        rolloutId,
        arms = new
        {
            exposed = new { requests = Requests, errors = faulty ? FaultyErrors : HealthyErrors },
            control = new { requests = Requests, errors = HealthyErrors },
        },
    });
}
