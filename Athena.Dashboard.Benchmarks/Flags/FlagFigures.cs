using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Athena.Dashboard.Benchmarks.Flags;

/// <summary>Compares flag evaluation with Microsoft.FeatureManagement in one run and says whether the target is met.</summary>
internal static class FlagFigures
{
    private const double WantedRatio = 20;
    private const double MostNanosecondsStatic = 150;
    private const double MostNanosecondsRules = 400;

    public static int Run()
    {
        var config = ManualConfig.Create(DefaultConfig.Instance)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "athena-benchmarks"))
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .WithOptions(ConfigOptions.DisableLogFile);
        var summary = BenchmarkRunner.Run<FlagEvaluation>(config);
        var theirs = Of(summary, nameof(FlagEvaluation.FeatureManagement));
        var missed = false;
        Console.WriteLine();
        foreach (var name in new[] { nameof(FlagEvaluation.ThreeCohorts), nameof(FlagEvaluation.ThreeConditions) })
        {
            var ours = Of(summary, name);
            var ratio = theirs.Nanoseconds / ours.Nanoseconds;
            var good = ratio >= WantedRatio && ours.Bytes == 0;
            missed |= !good;
            Console.WriteLine(FormattableString.Invariant(
                $"{name}: {ours.Nanoseconds:0} ns, {ours.Bytes} bytes; Microsoft.FeatureManagement {theirs.Nanoseconds:0} ns, {theirs.Bytes} bytes; {ratio:0.0} times as many per second (wanted: {WantedRatio:0}, no allocation): {(good ? "met" : "MISSED")}"));
        }

        foreach (var (name, most) in new[] { (nameof(FlagEvaluation.Static), MostNanosecondsStatic), (nameof(FlagEvaluation.ThreeRules), MostNanosecondsRules) })
        {
            var ours = Of(summary, name);
            var good = ours.Nanoseconds < most && ours.Bytes == 0;
            missed |= !good;
            Console.WriteLine(FormattableString.Invariant($"{name}: {ours.Nanoseconds:0} ns, {ours.Bytes} bytes (wanted: under {most:0} ns, no allocation): {(good ? "met" : "MISSED")}"));
        }

        return missed ? 1 : 0;
    }

    private static (double Nanoseconds, long Bytes) Of(Summary summary, string name)
    {
        var report = summary.Reports.Single(report => report.BenchmarkCase.Descriptor.WorkloadMethod.Name == name);
        return (report.ResultStatistics!.Mean, report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0);
    }
}
