using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Athena.Dashboard.Identity;
using Athena.Dashboard.Tests.Infrastructure;

namespace Athena.Dashboard.Tests.Identity;

/// <summary>The operator's commands as processes of their own: what they print where, and how they end.</summary>
public sealed class IdentityCommandTests : IDisposable
{
    private const string Password = "four mild winters ago";

    private readonly string folder = Directory.CreateTempSubdirectory("athena-commands-").FullName;

    public static TheoryData<string[], string[]> Helps => new()
    {
        { [], ["--data", "--urls", "--demo", "process", "backup", "restore", "setup", "keys"] },
        { ["setup"], ["--email", "--password-stdin", "--name", "--data"] },
        { ["keys"], ["create"] },
        { ["keys", "create"], ["--name", "--scope", "--environment", "--expires", "flags:evaluate, health:write, gates:write, read, admin"] },
        { ["process"], ["check", "apply"] },
        { ["process", "check"], ["<FILE>"] },
        { ["process", "apply"], ["<FILE>"] },
        { ["backup"], ["<FILE>"] },
        { ["restore"], ["<FILE>"] },
    };

    public static TheoryData<string[], string[]> Faults => new()
    {
        { ["keys", "create", "--bogus"], ["'--name' is required", "'--scope' is required", "'--bogus' is neither"] },
        { ["setup"], ["'--email' is required", "'--password-stdin' is required"] },
        { ["keys"], ["command was not provided"] },
        { ["nonsense", "--wrong"], ["'nonsense' is neither", "'--wrong' is neither"] },
        { ["keys", "create", "--name", "x", "--scope", "bogus", "--scope", "flags:evaluate", "--environment", "moon", "--expires", "soon"], ["scopes is not a scope (found: bogus)", "environment is not an environment (found: moon); expected: one of development, staging, production", "expires is not a duration (found: soon)"] },
        { ["setup", "--email", "nowhere", "--password-stdin"], ["email is not an address (found: nowhere)", "password is too short (found: 0 characters)"] },
        { ["backup"], ["argument 'FILE' missing"] },
    };

    [Theory]
    [MemberData(nameof(Helps))]
    public async Task Every_command_says_what_it_takes(string[] command, string[] words)
    {
        var help = await OperatorCommand.RunAsync([.. command, "--help"]);
        (help.Code, help.Errors).ShouldBe((0, ""));
        foreach (var word in words) help.Output.ShouldContain(word);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Whatever_is_wrong_is_told_at_once_on_standard_error_alone(string[] arguments, string[] faults)
    {
        var refused = await OperatorCommand.RunAsync([.. arguments, "--data", folder]);
        refused.Code.ShouldBe(1);
        refused.Output.ShouldBe("");
        foreach (var fault in faults) refused.Errors.ShouldContain(fault);
    }

    [Fact]
    public async Task A_key_is_all_that_its_making_prints_and_it_works_at_once()
    {
        var made = await OperatorCommand.RunAsync("keys", "create", "--name", "checkout", "--scope", "flags:evaluate", "--scope", "health:write", "--environment", "production", "--expires", "90d", "--data", folder);
        (made.Code, made.Errors).ShouldBe((0, ""));
        made.Output.ShouldMatch("^athena_[A-Za-z0-9_-]{43}\n$");

        await OperatorCommand.RunWithInputAsync(Password + "\n", "setup", "--email", "admin@example.org", "--password-stdin", "--data", folder);
        using var database = TestDatabase.In(folder);
        await using var server = await AthenaServer.StartAsync(database);
        using var program = server.CreateClient();
        program.DefaultRequestHeaders.Add("X-API-Key", made.Output.Trim());
        var me = await program.GetFromJsonAsync<JsonElement>("/api/me");
        (me.GetProperty("name").GetString(), me.GetProperty("environment").GetString()).ShouldBe(("checkout", "production"));
        me.GetProperty("permissions").EnumerateArray().Select(permission => permission.GetString()).ShouldBe(["evaluateFlags", "writeHealth"]);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("")]
    public async Task The_administrator_is_made_once_from_the_first_line_of_the_input(string lineEnd)
    {
        var made = await OperatorCommand.RunWithInputAsync(Password + lineEnd + (lineEnd.Length > 0 ? "not the password" : ""), "setup", "--email", "admin@example.org", "--password-stdin", "--data", folder);
        (made.Code, made.Output).ShouldBe((0, ""));
        made.Errors.ShouldContain("admin@example.org is the Administrator now.");
        made.Errors.ShouldNotContain(Password);
        var again = await OperatorCommand.RunWithInputAsync(Password, "setup", "--email", "second@example.org", "--password-stdin", "--data", folder);
        again.Code.ShouldBe(1);
        again.Errors.ShouldContain("There is an Administrator already.");

        using var database = TestDatabase.In(folder);
        await using var server = await AthenaServer.StartAsync(database);
        using var browser = new Browser(server);
        (await browser.SignInAsync("admin@example.org", Password)).Status.ShouldBe((int)HttpStatusCode.Redirect);
        server.Get<SetupService>().IsNeeded.ShouldBeFalse();
    }

    public void Dispose()
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}
