using Athena.Dashboard.Health.Domain.Evidence;

namespace Athena.Dashboard.Tests.Health.Evidence;

/// <summary>Values computed apart from this code with 40 digits.</summary>
public sealed class EvidenceVectorTests
{
    [Theory]
    [InlineData("0.01: 0, 0", 0, 1)]
    [InlineData("0.01: 1, 0", 0, 9.00082106251)]
    [InlineData("0.01: 3, 57", 0, 4.32677094187)]
    [InlineData("0.1: 20, 100", 0, 3.3024772859)]
    [InlineData("0.1: 20, 100", 0.5, 0.280723786296)]
    [InlineData("0.1: 0, 50", 0, 0.0483468025554)]
    [InlineData("0.01: 1, 30; 0.1: 8, 40; 0.25: 10, 20", 0, 1.74386736953)]
    [InlineData("0.5: 12, 3", 0, 7.45599406143)]
    [InlineData("0.1: 6, 0", 0, 62706.1971056)]
    public void One_start_alone(string batches, double tolerance, double expected)
    {
        var evidence = new RelativeEvidence(tolerance);
        AddAll(evidence, batches, 1);
        evidence.Value.ShouldBe(expected, expected * 1e-10);
    }

    [Theory]
    [InlineData("0.1: 20, 100 | 0.1: 30, 90", 1, 14638.6110207)]
    [InlineData("0.1: 10, 90 | 0.1: 10, 90 | 0.1: 10, 90 | 0.1: 40, 90", 1, 9631401.04261)]
    [InlineData("0.1: 30, 90", 3, 6.03008459914)]
    [InlineData("0.01: 1, 30; 0.1: 8, 40 | 0.25: 10, 20", 2, 0.863877338373)]
    public void Mixed_over_starts(string hours, double tempering, double expected)
    {
        var evidence = new RelativeEvidence(0, new StartMixture(EvidenceGrids.Worse.Length));
        var parts = hours.Split('|');
        for (var hour = 1; hour <= parts.Length; hour++)
        {
            // Of 1/j that is left, 1/(j+1) is 1/(j(j+1)), the weight of this start.
            evidence.Mixture.Stake(1.0 / (hour + 1));
            AddAll(evidence, parts[hour - 1], tempering);
        }

        evidence.Value.ShouldBe(expected, expected * 1e-10);
    }

    [Theory]
    [InlineData(0.02, 100, 5, 1.91454293374)]
    [InlineData(0.02, 1000, 40, 431.530127499)]
    [InlineData(0.001, 6, 1, 9.68039252077)]
    [InlineData(0.001, 600, 3, 4.10452469011)]
    [InlineData(0.05, 200, 25, 831.059998351)]
    public void Worse_than_a_limit(double limit, long requests, long errors, double expected)
    {
        var evidence = AbsoluteEvidence.OfWorse(limit);
        evidence.Add(requests, errors);
        evidence.Value.ShouldBe(expected, expected * 1e-10);
    }

    [Theory]
    [InlineData(0.001, 3000, 0, 10.1629775292)]
    [InlineData(0.001, 5000, 0, 59.2948461245)]
    [InlineData(0.02, 500, 2, 50.0720614837)]
    [InlineData(0.01, 2000, 5, 962.838774642)]
    public void Better_than_a_limit(double limit, long requests, long errors, double expected)
    {
        var evidence = AbsoluteEvidence.OfBetter(limit);
        evidence.Add(requests, errors);
        evidence.Value.ShouldBe(expected, expected * 1e-10);
    }

    [Theory]
    [InlineData(0.001, 3783)]
    [InlineData(0.01, 377)]
    [InlineData(0.02, 188)]
    [InlineData(0.05, 74)]
    public void Requests_without_an_error_until_a_limit_is_known_to_be_kept(double limit, long expected) =>
        AbsoluteEvidence.ZeroErrorRequestsForGood(limit).ShouldBe(expected);

    [Theory]
    [InlineData(0.001, 2)]
    [InlineData(0.01, 2)]
    [InlineData(0.05, 3)]
    [InlineData(0.1, 3)]
    [InlineData(0.25, 5)]
    [InlineData(0.5, 9)]
    public void Errors_of_the_exposed_alone_until_harm_is_known_at_one_percent(double share, int expected)
    {
        var evidence = new RelativeEvidence();
        var errors = 0;
        while (evidence.Value < 100)
        {
            evidence.AddShare(share, 1, 0);
            errors++;
        }

        errors.ShouldBe(expected);
    }

    [Fact]
    public void What_published_judges_pass_is_found()
    {
        // Canary [0,1,2,1,0,0] against six zeros, at a share of one percent.
        var few = new RelativeEvidence();
        foreach (var errors in (long[])[0, 1, 2, 1, 0, 0]) few.AddShare(0.01, errors, 0);
        few.Value.ShouldBeGreaterThan(100);
    }

    private static void AddAll(RelativeEvidence evidence, string batches, double tempering)
    {
        foreach (var batch in batches.Split(';'))
        {
            var parts = batch.Split(':', ',');
            evidence.AddShare(double.Parse(parts[0]), long.Parse(parts[1]), long.Parse(parts[2]), tempering);
        }
    }
}
