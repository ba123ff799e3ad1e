using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Tests.Flags;

internal static class FlagSamples
{
    public const string Key = "database-views-v2";

    public static readonly DateTimeOffset Now = new(2025, 8, 15, 10, 0, 0, TimeSpan.Zero);

    public static readonly TargetEnvironment Production = new("production", "Production", IsProduction: true);

    public static readonly TargetEnvironment Staging = new("staging", "Staging", IsProduction: false);

    public static readonly Flag Views = new() { Key = Key, Name = "Database views", Kind = FlagKind.Release, CreatedAt = Now };

    public static readonly FlagEnvironment On = new() { FlagKey = Key, Environment = "production", Enabled = true };

    public static readonly FlagEnvironment Off = On with { Enabled = false };

    public static Condition Is(string attribute, params string[] values) => Condition.Is(attribute, [.. values]);

    public static CompiledFlag Compile(FlagEnvironment environment, Flag? flag = null)
    {
        FlagSnapshot.Empty(environment.Environment).With((flag ?? Views, environment)).TryFind((flag ?? Views).Key, out var compiled).ShouldBeTrue();
        return compiled!;
    }

    public static Evaluation Evaluate(FlagEnvironment environment, params (string Name, string Value)[] attributes)
    {
        var snapshot = FlagSnapshot.Empty(environment.Environment).With((Views, environment));
        var context = new EvaluationContext();
        context.Begin(snapshot.Attributes);
        foreach (var (name, value) in attributes) context.Set(name, value);
        snapshot.TryFind(Key, out var flag).ShouldBeTrue();
        return flag!.Evaluate(context);
    }

    public static Actor Person(params Role[] roles) =>
        new(ActorKind.Person, Guid.CreateVersion7(Now), "Someone", Permissions.Of(roles), [.. roles]);

    public static ChangeTerms Terms(Actor? actor = null, TargetEnvironment? environment = null, string reason = "because", string? confirmation = "production") =>
        new(actor ?? Person(Role.ReleaseManager), environment ?? Production, reason, confirmation, Now);

    public static T Accepted<T>(this Outcome<T> outcome)
    {
        outcome.IsAccepted.ShouldBeTrue(outcome.Refusal?.Title);
        return outcome.Value;
    }
}
