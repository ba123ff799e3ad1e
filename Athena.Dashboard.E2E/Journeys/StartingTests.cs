using System.Diagnostics;
using System.Text.Json.Nodes;
using Athena.Dashboard.E2E.Infrastructure;

namespace Athena.Dashboard.E2E.Journeys;

/// <summary>The program as an operator meets it.</summary>
public sealed class StartingTests(Surroundings surroundings)
{
    [Fact]
    public async Task A_killed_server_starts_again_on_its_data_catches_up_with_a_schedule_once_and_ends_in_order_when_it_is_told_to()
    {
        var data = await surroundings.DataAsync();
        await using var server = await AthenaProcess.StartOnAsync(data.Copy());
        using var api = new Api(server.Address, data.Key);
        const string Staging = "/api/flags/planned/environments/staging";
        await api.PostAsync("/api/flags", new JsonObject { ["key"] = "planned", ["name"] = "Planned", ["type"] = "release" });
        using var lead = await Api.SignInAsync(server.Address, World.EmailOf("engineeringLead"), World.Password);
        var version = (await api.GetAsync(Staging))["version"]!.GetValue<long>();
        var due = TimeProvider.System.GetUtcNow().AddSeconds(6);
        await lead.PutAsync(
            Staging,
            new JsonObject { ["conditions"] = new JsonObject(), ["percentage"] = 100, ["schedule"] = new JsonObject { ["enabledAt"] = due }, ["reason"] = "At this instant." },
            version);
        await server.KillAsync();
        await Eventually.TrueAsync(() => Task.FromResult(TimeProvider.System.GetUtcNow() > due), "the instant goes by while nobody runs");
        await server.StartAgainAsync();

        await Eventually.TrueAsync(async () => (await api.GetAsync(Staging))["enabled"]!.GetValue<bool>(), "the schedule is caught up with");
        (await api.GetAsync("/api/flags/planned/history")).AsArray().Count(entry => entry!.ToJsonString().Contains("FlagSwitchedOn", StringComparison.Ordinal)).ShouldBe(1);
        (await api.GetAsync("/api/audit?take=200"))["entries"]!.AsArray().Count(entry => entry!["type"]!.GetValue<string>() == "Flags.FlagSwitchedOn").ShouldBe(1);

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
