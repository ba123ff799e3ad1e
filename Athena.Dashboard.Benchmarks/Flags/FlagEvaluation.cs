using System.Text;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Platform.Kernel;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Athena.Dashboard.Benchmarks.Flags;

/// <summary>
/// One boolean evaluation for one of 1,024 users, a quarter of them in one of three cohorts. The rules of
/// <see cref="ThreeCohorts"/> and <see cref="FeatureManagement"/> are the same: three cohorts fully, the rest by 25 %.
/// </summary>
[MemoryDiagnoser]
public class FlagEvaluation
{
    private const int Users = 1_024;
    private static readonly string[] Cohorts = ["team", "alpha", "beta"];

    private readonly EvaluationContext[] contexts = new EvaluationContext[Users];
    private readonly byte[][] bodies = new byte[Users][];
    private readonly TargetingContext[] targets = new TargetingContext[Users];
    private readonly EvaluationContext reading = new();
    private FlagSnapshot snapshot = null!;
    private CompiledFlag cohorts = null!;
    private CompiledFlag conditions = null!;
    private CompiledFlag unconditional = null!;
    private CompiledFlag rules = null!;
    private ServiceProvider services = null!;
    private IFeatureManager features = null!;
    private int next;

    [GlobalSetup]
    public void Prepare()
    {
        snapshot = FlagSnapshot.Empty("production").With(
            Flag("cohorts", setting => setting with { Audience = [.. Cohorts], Percentage = Percentage.From(25) }),
            Flag("conditions", setting => setting with
            {
                Conditions = [Condition.Is("userRole", "editor", "admin"), Condition.Is("userTier", "pro", "team"), Condition.Is("workspace", "north", "south", "east")],
                Percentage = Percentage.From(25),
            }),
            Flag("static", setting => setting),
            Flag("rules", setting => setting with
            {
                // None of the three is for the user: all are asked, and the percentage after them.
                Rules =
                [
                    new("old apps", [new Condition.Clause("app", ClauseOperator.VersionBelow, ["2.0.0"])], Serving.Of(Athena.Dashboard.Flags.Domain.Variant.Off)),
                    new("staff", [new Condition.Clause("mail", ClauseOperator.EndsWith, ["@example.com"])], Serving.Of(Athena.Dashboard.Flags.Domain.Variant.On)),
                    new("guests", [new Condition.Not(Condition.Is("userRole", "editor", "admin")), new Condition.Clause("age", ClauseOperator.NumberAtLeast, ["18"])], Serving.Of(Athena.Dashboard.Flags.Domain.Variant.Off)),
                ],
                Percentage = Percentage.From(25),
            }));
        snapshot.TryFind("cohorts", out cohorts!);
        snapshot.TryFind("conditions", out conditions!);
        snapshot.TryFind("static", out unconditional!);
        snapshot.TryFind("rules", out rules!);
        for (var user = 0; user < Users; user++)
        {
            var cohort = user % 4 == 0 ? Cohorts[user / 4 % 3] : "everybody";
            bodies[user] = Encoding.UTF8.GetBytes(
                $$$"""{"context":{"targetingKey":"user-{{{user}}}","cohorts":["{{{cohort}}}"],"userRole":"editor","userTier":"pro","workspace":"east","locale":"de-AT","app":"2.4.1","mail":"u{{{user}}}@example.org","age":41}}""");
            contexts[user] = new EvaluationContext();
            if (contexts[user].Read(bodies[user], snapshot.Attributes) is not null) throw new InvalidOperationException("The context is not readable.");
            targets[user] = new TargetingContext { UserId = $"user-{user}", Groups = [cohort] };
        }

        services = new ServiceCollection().AddSingleton(Configuration()).AddFeatureManagement().AddFeatureFilter<ContextualTargetingFilter>().Services.BuildServiceProvider();
        features = services.GetRequiredService<IFeatureManager>();
        CheckThatBothMeanTheSame();
    }

    [GlobalCleanup]
    public void Dispose() => services.Dispose();

    [Benchmark(Baseline = true)]
    public Task<bool> FeatureManagement() => features.IsEnabledAsync("views", targets[Next()]);

    [Benchmark]
    public bool ThreeCohorts() => cohorts.Evaluate(contexts[Next()]).IsTrue;

    [Benchmark]
    public bool ThreeConditions() => conditions.Evaluate(contexts[Next()]).IsTrue;

    [Benchmark]
    public bool ThreeRules() => rules.Evaluate(contexts[Next()]).IsTrue;

    [Benchmark]
    public bool Static() => unconditional.Evaluate(contexts[Next()]).IsTrue;

    [Benchmark]
    public bool ThreeConditionsWithReading()
    {
        reading.Read(bodies[Next()], snapshot.Attributes);
        return conditions.Evaluate(reading).IsTrue;
    }

    private int Next() => next = (next + 1) % Users;

    private void CheckThatBothMeanTheSame()
    {
        var (ours, theirs) = (0, 0);
        for (var user = 0; user < Users; user++)
        {
            var inCohort = user % 4 == 0;
            var (our, their) = (cohorts.Evaluate(contexts[user]).IsTrue, features.IsEnabledAsync("views", targets[user]).GetAwaiter().GetResult());
            if (inCohort && !(our && their)) throw new InvalidOperationException($"user-{user} is in a cohort and has to be exposed by both.");
            if (our) ours++;
            if (their) theirs++;
        }

        // A quarter in cohorts, a quarter of the rest: 448 of 1,024, give or take five standard deviations.
        if (ours is < 388 or > 508 || theirs is < 388 or > 508) throw new InvalidOperationException($"The shares differ: {ours} and {theirs} of {Users}.");
    }

    private static (Flag Flag, FlagEnvironment Environment) Flag(string key, Func<FlagEnvironment, FlagEnvironment> set) => (
        new Flag { Key = key, Name = key, Kind = FlagKind.Release, CreatedAt = DateTimeOffset.UnixEpoch },
        set(new FlagEnvironment { FlagKey = key, Environment = "production", Enabled = true }));

    private static IConfiguration Configuration()
    {
        const string Filter = "feature_management:feature_flags:0:conditions:client_filters:0:";
        var settings = new Dictionary<string, string?>
        {
            ["feature_management:feature_flags:0:id"] = "views",
            ["feature_management:feature_flags:0:enabled"] = "true",
            [Filter + "name"] = "Microsoft.Targeting",
            [Filter + "parameters:Audience:DefaultRolloutPercentage"] = "25",
        };
        for (var i = 0; i < Cohorts.Length; i++)
        {
            settings[$"{Filter}parameters:Audience:Groups:{i}:Name"] = Cohorts[i];
            settings[$"{Filter}parameters:Audience:Groups:{i}:RolloutPercentage"] = "100";
        }

        return new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
    }
}
