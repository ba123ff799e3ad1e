using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Demo;

/// <param name="Email">At example.com, which belongs to nobody.</param>
public sealed record DemoAccount(Role Role, string Name, string Email, string Password);

/// <summary>
/// One account per role, with passwords made up at the first start and kept beside the database, so that the same
/// demo can be opened again.
/// </summary>
public sealed class DemoAccounts(IOptions<StorageOptions> storage)
{
    private const string FileName = "demo-accounts.json";

    private string FilePath => Path.Combine(storage.Value.Directory, FileName);

    /// <summary>The accounts of an earlier start on the same data, or null.</summary>
    public async Task<DemoState?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(FilePath)) return null;
        await using var file = File.OpenRead(FilePath);
        return await JsonSerializer.DeserializeAsync<DemoState>(file, JsonColumn.Options, cancellationToken);
    }

    public async Task SaveAsync(DemoState state, CancellationToken cancellationToken)
    {
        await using var file = File.Create(FilePath);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(FilePath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await JsonSerializer.SerializeAsync(file, state, JsonColumn.Options, cancellationToken);
    }

    public static ImmutableArray<DemoAccount> MakeUp() =>
        [.. Enum.GetValues<Role>().Select(role => new DemoAccount(role, "Demo " + role.Title(), role.Title().ToLowerInvariant().Replace(' ', '-') + "@example.com", MakeUpPassword()))];

    private static string MakeUpPassword() =>
        string.Join('-', Enumerable.Range(0, 3).Select(_ => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 5)));
}

/// <param name="AdminKey">An API key with the scope <c>admin</c>.</param>
/// <param name="ServiceKey">The simulated service's key.</param>
/// <param name="IsSeeded">The sample data is complete.</param>
public sealed record DemoState(ImmutableArray<DemoAccount> Accounts, string AdminKey, string? ServiceKey = null, bool IsSeeded = false);
