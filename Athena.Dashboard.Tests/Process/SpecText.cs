using System.Text.RegularExpressions;

namespace Athena.Dashboard.Tests.Process;

/// <summary>The parts of the release process that the tests quote, letter by letter.</summary>
internal static partial class SpecText
{
    /// <summary>"Rollout Configuration".</summary>
    public const string Rollout = """
        # Progressive rollout configuration
        rollout:
          feature: "database-views-v2"
          stages:
            - name: "internal"
              percentage: 0.1
              duration: "2d"
              criteria:
                - error_rate < 0.001
                - user_satisfaction > 4.0
                
            - name: "alpha"
              percentage: 1.0
              duration: "3d"
              criteria:
                - error_rate < 0.05
                - performance_degradation < 0.1
                
            - name: "beta"
              percentage: 10.0
              duration: "7d"
              criteria:
                - error_rate < 0.02
                - user_feedback_score > 3.5
                
            - name: "gradual"
              percentage: [25, 50, 100]
              duration: "7d"
              criteria:
                - error_rate < 0.01
                - no_performance_regression: true

          rollback:
            automatic: true
            conditions:
              - error_rate > 0.05
              - performance_degradation > 0.2
              - user_satisfaction_drop > 0.5
        """;

    /// <summary>"Quality Gates": the 22 items in order.</summary>
    public const string Gates = """
        ### Pre-Development Gates
        - [ ] Feature specification complete and approved
        - [ ] Technical design reviewed and approved
        - [ ] Resource allocation confirmed
        - [ ] Dependencies identified and planned

        ### Development Gates
        - [ ] Code review approved by 2+ engineers
        - [ ] Unit tests written and passing (>80% coverage)
        - [ ] Component tests cover new UI elements
        - [ ] Integration tests cover API changes
        - [ ] Security scan shows no critical issues
        - [ ] Performance impact assessed

        ### Pre-Release Gates
        - [ ] All automated tests passing
        - [ ] E2E test suite complete
        - [ ] Performance benchmarks met
        - [ ] Security audit complete
        - [ ] Accessibility compliance verified
        - [ ] Documentation updated
        - [ ] Release notes prepared

        ### Production Gates
        - [ ] Staging environment validation
        - [ ] Database migration tested
        - [ ] Rollback plan prepared
        - [ ] Monitoring and alerting configured
        - [ ] Support team briefed
        """;

    /// <summary>"Release Communication Timeline": the 17 items in order.</summary>
    public const string Communication = """
        #### 1 Week Before Release
        - [ ] Internal team notification
        - [ ] Beta user program notification
        - [ ] Documentation team preparation
        - [ ] Support team training materials

        #### 3 Days Before Release
        - [ ] Marketing team coordination
        - [ ] Social media preparation
        - [ ] Blog post draft completion
        - [ ] Customer support FAQ updates

        #### Day of Release
        - [ ] Release notes publication
        - [ ] Blog post publication
        - [ ] Social media announcements
        - [ ] User notification emails
        - [ ] Support team alerts

        #### Post-Release (1-3 days)
        - [ ] User feedback collection
        - [ ] Performance metrics analysis
        - [ ] Success metrics reporting
        - [ ] Post-mortem if needed
        """;

    /// <summary>Headings with their items, as a checklist of the process has them.</summary>
    public static IReadOnlyList<(string Heading, IReadOnlyList<string> Items)> Checklist(string text) =>
        [.. Heading().Split(text)
            .Where(part => part.Trim().Length > 0)
            .Select(part => part.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Select(lines => (lines[0], (IReadOnlyList<string>)[.. lines.Skip(1).Select(line => line.Replace("- [ ] ", "", StringComparison.Ordinal))]))];

    [GeneratedRegex("^#+ ", RegexOptions.Multiline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Heading();
}
