using System.Text;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Platform.Kernel;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags.Domain;

public sealed class FlagSnapshotTests
{
    [Fact]
    public void A_change_leaves_the_other_flags_as_they_are()
    {
        var first = FlagSnapshot.Empty("production").With((Views with { Key = "a" }, On with { FlagKey = "a" }), (Views with { Key = "b" }, On with { FlagKey = "b" }));
        first.TryFind("b", out var before).ShouldBeTrue();
        var second = first.With((Views with { Key = "a" }, Off with { FlagKey = "a", Conditions = [Is("new", "x")] }));
        second.TryFind("b", out var after).ShouldBeTrue();
        after.ShouldBeSameAs(before);
        second.Count.ShouldBe(2);
        second.Without("a").TryFind("a", out _).ShouldBeFalse();
        first.TryFind("a", out _).ShouldBeTrue();
    }

    /// <summary>The ETag is made of this: equal bodies have to give equal ones and different bodies different ones.</summary>
    [Fact]
    public void The_fingerprint_of_all_answers_tells_bodies_apart()
    {
        var snapshot = FlagSnapshot.Empty("production").With(Enumerable.Range(0, 12)
            .Select(i => (Views with { Key = $"f{i}" }, On with { FlagKey = $"f{i}", Percentage = Percentage.From(50) })).ToArray());
        var context = new EvaluationContext();
        var answers = new Answer[snapshot.Count];
        var bodyOf = new Dictionary<UInt128, string>();
        var fingerprintOf = new Dictionary<string, UInt128>(StringComparer.Ordinal);
        for (var user = 0; user < 5_000; user++)
        {
            context.Begin(snapshot.Attributes);
            context.Set("targetingKey", $"user-{user}");
            var fingerprint = snapshot.EvaluateAll(context, answers);
            var body = string.Concat(answers.Select(answer => Encoding.UTF8.GetString(answer.Utf8)));
            bodyOf.TryAdd(fingerprint, body);
            fingerprintOf.TryAdd(body, fingerprint);
            bodyOf[fingerprint].ShouldBe(body);
            fingerprintOf[body].ShouldBe(fingerprint);
        }

        fingerprintOf.Count.ShouldBeGreaterThan(2_000);
    }
}
