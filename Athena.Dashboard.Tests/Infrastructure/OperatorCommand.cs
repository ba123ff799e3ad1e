using System.Diagnostics;

namespace Athena.Dashboard.Tests.Infrastructure;

/// <summary>The built program with a command line, as an operator runs it.</summary>
/// <param name="Output">Standard output alone: scripts take it as it is.</param>
public sealed record OperatorCommand(int Code, string Output, string Errors)
{
    public static Task<OperatorCommand> RunAsync(params string[] arguments) => RunWithInputAsync("", arguments);

    public static async Task<OperatorCommand> RunWithInputAsync(string input, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new ProcessStartInfo("dotnet", [typeof(AthenaApplication).Assembly.Location, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            // Not the repository: the configured folder would be made in it.
            WorkingDirectory = Path.GetTempPath(),
        })!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            try
            {
                await process.StandardInput.WriteAsync(input);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended without reading.
            }

            await process.WaitForExitAsync(limit.Token);
            return new OperatorCommand(process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
