using System.Diagnostics;
using Athena.Dashboard.E2E.Infrastructure;

namespace Athena.Dashboard.E2E.Journeys;

/// <summary>The program as an operator meets it.</summary>
public sealed class StartingTests
{
    [Fact]
    public async Task A_killed_server_starts_again_on_its_data_and_ends_in_order_when_it_is_told_to()
    {
        await using var server = await AthenaProcess.StartAsync();
        await server.KillAsync();
        await server.StartAgainAsync();
        using var client = new HttpClient { BaseAddress = server.Address };
        (await client.GetAsync("/healthz")).EnsureSuccessStatusCode();

        (await server.StopAsync()).ShouldBe(0);
        server.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_wrong_setting_is_named_and_the_server_does_not_start()
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet",
            [Repository.Program, "--Athena:Storage:BusyTimeoutSeconds=soon", "--Athena:Nonsense:Key=1"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetTempPath(),
        })!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        process.ExitCode.ShouldBe(1);
        said.ShouldContain("Athena:Storage:BusyTimeoutSeconds: 'soon' cannot be read. Expected: a whole number.");
        said.ShouldContain("Athena:Nonsense: there is no such setting.");
    }
}
