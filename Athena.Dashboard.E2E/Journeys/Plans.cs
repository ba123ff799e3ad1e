namespace Athena.Dashboard.E2E.Journeys;

/// <summary>Rollout plans whose stages last seconds, by their own plan.</summary>
internal static class Plans
{
    /// <summary>The spec's stages and shares, each a few seconds long.</summary>
    public const string ToCompletion = """
        rollout:
          feature: "database-views-v2"
          minimum_sample: 20
          stages:
            - name: "internal"
              percentage: 0.1
              duration: "2s"
              criteria:
                - error_rate < 0.9
            - name: "alpha"
              percentage: 1.0
              duration: "2s"
              criteria:
                - error_rate < 0.05
            - name: "beta"
              percentage: 10.0
              duration: "3s"
              criteria:
                - error_rate < 0.02
            - name: "gradual"
              percentage: [25, 50, 100]
              duration: "9s"
              criteria:
                - error_rate < 0.01
                - no_performance_regression: true
          rollback:
            automatic: true
            conditions:
              - error_rate > 0.05 in 5s
              - performance_degradation > 0.2
        """;

    /// <summary>Three steps: moments at 1 and 10 %, and an hour at 50 %.</summary>
    public const string Steps = """
        rollout:
          feature: "database-views-v2"
          minimum_sample: 20
          stages:
            - { name: alpha, percentage: 1, duration: 1s, criteria: [error_rate < 0.9] }
            - { name: beta, percentage: 10, duration: 1s, criteria: [error_rate < 0.9] }
            - { name: half, percentage: 50, duration: 1h, criteria: [error_rate < 0.9] }
            - { name: all, percentage: 100, duration: 1s, criteria: [error_rate < 0.9] }
          rollback: { automatic: true, conditions: [error_rate > 0.05 in 10s] }
        """;

    /// <summary>Everybody after a moment.</summary>
    public const string Moments = """
        rollout:
          feature: "database-views-v2"
          minimum_sample: 20
          stages:
            - { name: all, percentage: 100, duration: 1s, criteria: [error_rate < 0.9] }
          rollback: { automatic: true, conditions: [error_rate > 0.05 in 10s] }
        """;

    /// <summary>A beta stage that an hour too many would end.</summary>
    public static readonly string HourlyBeta = LongBeta.Replace("30s", "50m", StringComparison.Ordinal);

    /// <summary>A beta stage long enough for something to happen in it.</summary>
    public const string LongBeta = """
        rollout:
          feature: "database-views-v2"
          minimum_sample: 20
          stages:
            - name: "alpha"
              percentage: 1.0
              duration: "2s"
              criteria:
                - error_rate < 0.9
            - name: "beta"
              percentage: 10.0
              duration: "30s"
              criteria:
                - error_rate < 0.9
            - name: "all"
              percentage: 100
              duration: "2s"
              criteria:
                - error_rate < 0.9
          rollback:
            automatic: true
            conditions:
              - error_rate > 0.05 in 10s
        """;
}
