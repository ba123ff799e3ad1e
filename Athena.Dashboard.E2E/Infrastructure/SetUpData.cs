using System.Text.Json.Nodes;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>A data folder that operators set up by their commands, with a person per role. Every world begins on a copy of it.</summary>
/// <param name="Key">Of the one who may everything.</param>
/// <param name="People">Ids by role.</param>
public sealed record SetUpData(string Folder, string Key, IReadOnlyDictionary<string, Guid> People)
{
    private static readonly string[] Roles = ["releaseManager", "engineeringLead", "productManager", "devOpsEngineer", "qaLead", "support", "viewer"];

    public static async Task<SetUpData> MakeAsync()
    {
        await using var server = await AthenaProcess.StartAsync();
        var (key, people) = await SetUpAsync(server);
        // What was acknowledged is on the disk.
        await server.KillAsync();
        return new SetUpData(CopyOf(server.Folder), key, people);
    }

    /// <summary>By the operators' commands and the API, on a server that waits for it.</summary>
    public static async Task<(string Key, IReadOnlyDictionary<string, Guid> People)> SetUpAsync(AthenaProcess server)
    {
        await server.CommandAsync(["setup", "--email", "administrator@example.com", "--password-stdin"], World.Password);
        var key = await server.CommandAsync(["keys", "create", "--name", "journey", "--scope", "admin", "--environment", "production"]);
        using var api = new Api(server.Address, key);
        // The running server learns of keys made beside it by the event log.
        await Eventually.TrueAsync(async () => (await api.AskAsync(HttpMethod.Get, "/api/people")).Status == 200, "the key works");
        var people = new Dictionary<string, Guid>();
        foreach (var role in Roles)
        {
            var added = await api.PostAsync("/api/people", new JsonObject
            {
                ["name"] = "The " + role,
                ["email"] = World.EmailOf(role),
                ["roles"] = new JsonArray(role),
                ["password"] = World.Password,
            });
            people[role] = added["id"]!.GetValue<Guid>();
        }

        return (key, people);
    }

    /// <returns>A new folder with the same data.</returns>
    public string Copy() => CopyOf(Folder);

    public void Delete() => Directory.Delete(Folder, recursive: true);

    private static string CopyOf(string folder)
    {
        var copy = Directory.CreateTempSubdirectory("athena-e2e-").FullName;
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }
}
