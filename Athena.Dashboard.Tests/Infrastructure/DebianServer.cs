using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Athena.Dashboard.Tests.Infrastructure;

/// <summary>Real servers of other projects, as Debian packs them, as processes of a test.</summary>
internal static class DebianServer
{
    /// <returns>An address of this machine with a port of its own.</returns>
    public static Uri FreeAddress(string path = "") => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Next()}/{path}"));

    /// <summary>Starts a program and waits until it says that it is ready.</summary>
    /// <param name="program">Also the name of its package.</param>
    /// <param name="ready">Answers with success when it serves.</param>
    public static async Task<System.Diagnostics.Process> StartAsync(string program, Uri ready, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        var process = System.Diagnostics.Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start. Debian: apt-get install {program}.");
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var errors = new StringBuilder();
        process.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
        process.BeginErrorReadLine();
        using var client = new HttpClient();
        await Wait.UntilAsync(async () =>
        {
            if (process.HasExited) throw new InvalidOperationException($"{program} ended: {errors}");
            try
            {
                return (await client.GetAsync(ready)).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        return process;
    }
}
