namespace Athena.Dashboard.Health.Contracts;

/// <summary>From this moment on, this share of users had the feature.</summary>
/// <param name="Fraction">0 to 1.</param>
public sealed record ExposureStep(DateTimeOffset At, double Fraction);
