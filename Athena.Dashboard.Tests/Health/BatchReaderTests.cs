using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Platform.Kernel;
using static Athena.Dashboard.Tests.Health.HealthBuilders;

namespace Athena.Dashboard.Tests.Health;

public sealed class BatchReaderTests
{
    private const string Whole = """
        {
          "batchId": "api-1/1841", "instance": "api-1",
          "from": "2026-05-04T11:59:50Z", "to": "2026-05-04T14:00:00+02:00",
          "flag": "database-views-v2",
          "arms": {
            "exposed": {
              "requests": 100, "errors": 2, "crashes": 1, "criticalErrors": 1,
              "latency": { "sumMs": 12345.678, "buckets": [{ "leMs": 50, "count": 40 }, { "leMs": 120, "count": 55 }] },
              "scores": { "5": 3, "1": 1 }, "users": 20, "adopters": 5, "counts": { "checkouts": 7 }
            },
            "control": { "requests": 900, "errors": 9 },
            "outside": {}
          }
        }
        """;

    [Fact]
    public void A_whole_batch_is_read_with_all_its_counts()
    {
        var batch = Read(Whole).Value;

        batch.ShouldSatisfyAllConditions(
            () => batch.BatchId.ShouldBe("api-1/1841"),
            () => batch.From.ShouldBe(Noon.AddSeconds(-10)),
            () => batch.To.ShouldBe(Noon),
            () => batch.FlagKey.ShouldBe("database-views-v2"),
            () => batch.RolloutId.ShouldBeNull(),
            () => batch.Exposed![CountSlot.Errors].ShouldBe(2),
            () => batch.Exposed![CountSlot.LatencyMicros].ShouldBe(12_345_678),
            () => batch.Exposed![CountSlot.LatencyCount].ShouldBe(100, "it is the number of requests unless it is given"),
            () => batch.Exposed!.Buckets[LatencyBounds.BucketOf(50)].ShouldBe(40),
            () => batch.Exposed!.Buckets[LatencyBounds.BucketOf(150)].ShouldBe(55, "a bound between ours counts to the upper one"),
            () => batch.Exposed!.Buckets[^1].ShouldBe(5, "what no bucket holds was slower than all of them"),
            () => batch.Exposed!.MeanScore.ShouldBe(4),
            () => batch.Exposed!.Named("checkouts").ShouldBe(7),
            () => batch.Control![CountSlot.Requests].ShouldBe(900),
            () => batch.Outside!.IsEmpty.ShouldBeTrue());
    }

    [Fact]
    public void All_faults_are_told_at_once_each_with_its_place()
    {
        var refusal = Read("""
            {
              "batchId": "", "instance": 7, "from": "2026-05-04T12:00:00Z", "to": "2026-05-04T11:59:00Z",
              "flag": "f", "rolloutId": "nonsense", "colour": 1,
              "arms": {
                "exposed": {
                  "requests": 10, "errors": 11, "crashes": -1, "criticalErrors": 1.5,
                  "latency": { "sumMs": "NaN", "buckets": [{ "leMs": 50, "count": 1 }, { "leMs": 50, "count": 1 }] },
                  "scores": { "6": 1 }, "adopters": 1, "counts": { "moons": 1 }
                },
                "treatment": {}
              }
            }
            """).Refusal.ShouldNotBeNull();

        refusal.Kind.ShouldBe(RefusalKind.Invalid);
        refusal.Items.Select(item => item.Place).ShouldBe(
            [
                "batchId", "instance", "rolloutId", "colour",
                "arms.exposed.crashes", "arms.exposed.criticalErrors", "arms.exposed.scores.6", "arms.exposed.counts.moons",
                "arms.exposed.latency.sumMs", "arms.exposed.latency.buckets[1].leMs", "arms.exposed.errors", "arms.exposed.adopters",
                "arms.treatment", "rolloutId", "to",
            ],
            ignoreOrder: true);
    }

    [Theory]
    [InlineData("\"NaN\"")]
    [InlineData("\"Infinity\"")]
    [InlineData("1e999")]
    [InlineData("-1")]
    [InlineData("null")]
    [InlineData("9999999999999999")]
    public void A_sum_that_is_no_usable_number_is_refused(string sum) =>
        Faults($$"""{ "requests": 1, "latency": { "sumMs": {{sum}} } }""").ShouldContain("arms.exposed.latency.sumMs");

    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("{")]
    [InlineData("")]
    public void What_is_not_json_is_refused_with_line_and_column(string value)
    {
        var refusal = Read($$"""{ "batchId": {{value}}""").Refusal.ShouldNotBeNull();
        refusal.Code.ShouldBe("malformed_json");
        refusal.Items[0].Place.ShouldStartWith("line 1, column ");
    }

    [Theory]
    [InlineData("2026-05-04T11:59:50Z", "2026-05-04T12:00:06Z", "lies in the future; is the sender's clock right?")]
    [InlineData("2026-05-04T10:59:50Z", "2026-05-04T10:59:59Z", "is too long ago")]
    [InlineData("2026-05-04T11:50:00Z", "2026-05-04T12:00:00Z", "the batch covers too long a time")]
    [InlineData("2026-05-04T12:00:00Z", "2026-05-04T12:00:00Z", "must be after from")]
    [InlineData("2026-05-04T11:59:50", "2026-05-04T12:00:00Z", "must be an instant with its offset")]
    [InlineData("yesterday", "2026-05-04T12:00:00Z", "must be an instant with its offset")]
    public void A_time_that_cannot_be_is_refused(string from, string to, string why)
    {
        var refusal = Read($$"""{ "batchId": "b", "instance": "i", "from": "{{from}}", "to": "{{to}}", "flag": "f", "arms": { "exposed": {} } }""").Refusal;
        refusal.ShouldNotBeNull().Items.ShouldContain(item => item.Message == why);
    }

    [Theory]
    [InlineData("[]", "$")]
    [InlineData("{}", "batchId")]
    [InlineData("""{ "arms": {} }""", "arms")]
    [InlineData("""{ "arms": { "exposed": [] } }""", "arms.exposed")]
    [InlineData("""{ "arms": { "exposed": { "requests": 1, "requests": 2 } } }""", "arms.exposed.requests")]
    [InlineData("""{ "arms": { "exposed": { "requests": 10, "latency": { "sumMs": 1, "buckets": [{ "leMs": 5, "count": 11 }] } } } }""", "arms.exposed.latency.buckets")]
    [InlineData("""{ "arms": { "exposed": { "latency": { "sumMs": 1, "count": 0 } } } }""", "arms.exposed.latency.count")]
    public void A_form_that_cannot_be_is_refused_at_its_place(string json, string place) =>
        Read(json).Refusal.ShouldNotBeNull().Items.ShouldContain(item => item.Place == place);

    [Fact]
    public void A_thousand_faults_are_told_as_fifty()
    {
        var members = string.Join(",", Enumerable.Range(0, 1000).Select(i => $"\"x{i}\":{i}"));
        Read("{" + members + "}").Refusal.ShouldNotBeNull().Items.Length.ShouldBe(50);
    }

    private static IEnumerable<string> Faults(string exposed) =>
        Read($$"""{ "batchId": "b", "instance": "i", "from": "2026-05-04T11:59:50Z", "to": "2026-05-04T12:00:00Z", "flag": "f", "arms": { "exposed": {{exposed}} } }""")
            .Refusal.ShouldNotBeNull().Items.Select(item => item.Place);
}
