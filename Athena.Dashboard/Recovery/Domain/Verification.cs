using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Recovery.Domain;

/// <summary>What the data says of whether everything is as it was.</summary>
public static class Verification
{
    /// <param name="flag">Null when the flag is gone.</param>
    /// <param name="since">What was measured from the moment on that nobody was exposed; empty when nothing was.</param>
    public static ImmutableArray<string> Look(FlagExposure? flag, ImmutableArray<MeasuredMetric> since) => [Exposure(flag), Health(since)];

    private static string Exposure(FlagExposure? flag) => flag switch
    {
        null => "The flag is gone: clients use the value in their code.",
        { Enabled: false } => $"{flag.FlagKey} is switched off in {flag.Environment}: everybody gets the old value.",
        { Percentage: var percentage, Audience.IsEmpty: true } when percentage == Percentage.Zero => $"{flag.FlagKey} exposes 0 % in {flag.Environment}: everybody gets the old value.",
        _ => $"{flag.FlagKey} exposes {flag.Percentage} in {flag.Environment} again.",
    };

    private static string Health(ImmutableArray<MeasuredMetric> since)
    {
        if (since.FirstOrDefault(metric => metric.Unit == MetricUnit.Fraction && metric.Key == "error_rate") is not { } errors || errors.ExposedSamples + errors.ControlSamples == 0)
            return "Nothing has been reported since it was taken back, so health is not confirmed.";
        var served = errors.ExposedSamples == 0
            ? "No request with the feature was reported since"
            : FormattableString.Invariant($"{errors.ExposedSamples:#,0} requests with the feature were still reported since, {Rate(errors.Exposed)} of them failed");
        return errors.ControlSamples == 0
            ? served + "."
            : FormattableString.Invariant($"{served}; of {errors.ControlSamples:#,0} without it {Rate(errors.Control)} failed.");
    }

    private static string Rate(double? value) => value is { } rate ? (rate * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %" : "none";
}
