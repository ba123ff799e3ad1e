using System.Globalization;
using Athena.Dashboard.Benchmarks.OverHttp;

namespace Athena.Dashboard.Benchmarks.Starting;

/// <summary>From starting the program to its first ready answer, on a database that exists. The limit is 3 s.</summary>
internal static class StartFigures
{
    private const double LimitSeconds = 3;
    private const int Runs = 7;

    public static int Run()
    {
        var folder = Directory.CreateTempSubdirectory("athena-start-").FullName;
        try
        {
            // The first start makes the database and is not counted.
            Measure(folder);
            var seconds = Enumerable.Range(0, Runs).Select(_ => Measure(folder)).Order().ToArray();
            var median = seconds[Runs / 2];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"ready after {seconds[0]:0.00} / {median:0.00} / {seconds[^1]:0.00} s (min / median / max of {Runs}); limit {LimitSeconds} s, {median / LimitSeconds:P0} of it"));
            return median <= LimitSeconds ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Measure(string folder)
    {
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ServerUnderLoad.FreePort()}"));
        using var client = new HttpClient { BaseAddress = address };
        var began = TimeProvider.System.GetTimestamp();
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("dotnet", [ProductProgram.File, "--data", folder, "--urls", address.ToString()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!IsReady(client) && !process.HasExited) Thread.Yield();
        var elapsed = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        if (process.HasExited) throw new InvalidOperationException("The program ended instead of serving.");
        process.Kill();
        process.WaitForExit();
        return elapsed;
    }

    private static bool IsReady(HttpClient client)
    {
        try
        {
            using var answer = client.Send(new HttpRequestMessage(HttpMethod.Get, "/readyz"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
