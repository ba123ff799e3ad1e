using Athena.Dashboard.Experiments.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Experiments;

/// <summary>Who may do what with an experiment: the table of flags, as an experiment decides who gets which variant.</summary>
public static class ExperimentRights
{
    /// <summary>Plan, change, start, decide: in production whoever may raise exposure there.</summary>
    public static Refusal? Lacks(Actor actor, TargetEnvironment environment, string whatWasTried) =>
        Foreign(actor, environment) ?? actor.Lacks(environment.IsProduction ? Permission.RaiseExposure : Permission.EditFlags, $"{whatWasTried} in {environment.Title}");

    /// <summary>Stop and cancel: also those who may lower exposure.</summary>
    public static Refusal? LacksEnding(Actor actor, TargetEnvironment environment, string whatWasTried) =>
        actor.May(Permission.LowerExposure) ? Foreign(actor, environment) : Lacks(actor, environment, whatWasTried);

    private static Refusal? Foreign(Actor actor, TargetEnvironment environment) => actor.Environment is { } bound && bound != environment.Key
        ? Refusal.Forbidden($"{actor.Name} belongs to the environment {bound} and has no part in experiments in {environment.Title}.")
        : null;

    /// <summary>The environment of an experiment; one that the process no longer knows is taken for production.</summary>
    public static TargetEnvironment EnvironmentOf(this IProcessCatalog process, Experiment experiment) =>
        process.Current.Document.FindEnvironment(experiment.Environment) ?? new TargetEnvironment(experiment.Environment, experiment.Environment, IsProduction: true);
}
