namespace Athena.Dashboard.Benchmarks.Evidence;

/// <summary>Lindon and Malek, arXiv 2011.03567, for two arms: errors fall on the exposed with the chance rho, or with one from a Beta(a, b).</summary>
internal static class BayesFactor
{
    public static double Of(double share, long exposed, long control, double a, double b) =>
        Math.Exp(LogAlternative(exposed, control, a, b) - LogNull(share, exposed, control));

    public static double LogNull(double share, long exposed, long control) =>
        (exposed * Math.Log(share)) + (control * Math.Log(1 - share));

    public static double LogAlternative(long exposed, long control, double a, double b) =>
        LogBeta(a + exposed, b + control) - LogBeta(a, b);

    private static double LogBeta(double a, double b) => LogGamma(a) + LogGamma(b) - LogGamma(a + b);

    /// <summary>Stirling's series after shifting the argument to at least 20; 14 digits and more.</summary>
    private static double LogGamma(double x)
    {
        var shift = 0.0;
        while (x < 20)
        {
            shift += Math.Log(x);
            x++;
        }

        var square = 1 / (x * x);
        var series = ((1.0 / 12) - (square * ((1.0 / 360) - (square * ((1.0 / 1260) - (square * ((1.0 / 1680) - (square / 1188)))))))) / x;
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + series - shift;
    }
}
