using System.Collections.Immutable;
using System.Globalization;
using System.Net.Mail;
using Athena.Dashboard.Communication.Contracts;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Communication.Domain;

/// <summary>Whom messages to one audience go to: everybody with one of the roles, and the addresses.</summary>
public sealed record RecipientList : IVersioned
{
    public const int MostAddresses = 10_000;

    /// <summary>The audience's key in the process.</summary>
    public required string Key { get; init; }

    public long Version { get; init; } = 1;

    public ImmutableArray<string> Addresses { get; init; } = [];

    public ImmutableArray<Role> Roles { get; init; } = [];

    /// <summary>What people call it: <c>Internal team</c>.</summary>
    public string Title => TitleOf(Key);

    public static string TitleOf(string key) =>
        key.Length == 0 ? key : char.ToUpper(key[0], CultureInfo.InvariantCulture) + key[1..].Replace('-', ' ');

    /// <summary>Before anybody has set it: those who work on releases, and support, are known by their roles.</summary>
    public static RecipientList Untouched(string key) => new()
    {
        Key = key,
        Version = 0,
        Roles = key switch
        {
            "internal-team" => [Role.ReleaseManager, Role.EngineeringLead, Role.ProductManager, Role.DevOpsEngineer, Role.QaLead],
            "support-team" => [Role.Support],
            _ => [],
        },
    };

    public Outcome<Decision<RecipientList>> Set(ImmutableArray<string> addresses, ImmutableArray<Role> roles)
    {
        var clean = addresses.Select(address => address.Trim()).Where(address => address.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).ToImmutableArray();
        var faults = clean.Select((address, index) => (address, index)).Where(found => !IsAddress(found.address))
            .Select(found => new RefusalItem(FormattableString.Invariant($"addresses[{found.index}]"), "not a mail address", found.address, "name@example.org")).ToList();
        if (clean.Length > MostAddresses) faults.Add(new RefusalItem("addresses", "too many", clean.Length.ToString(CultureInfo.InvariantCulture), FormattableString.Invariant($"at most {MostAddresses}")));
        return faults.Count > 0
            ? Refusal.Invalid("invalid_recipients", $"The list {Title} cannot be saved.", [.. faults])
            : new Decision<RecipientList>(this with { Addresses = clean, Roles = [.. roles.Distinct().Order()] }, [new RecipientListChanged(Key, clean.Length)]);
    }

    /// <summary>A bare address: no display name, no comment, nothing that could become another header.</summary>
    public static bool IsAddress(string text) =>
        text.Length <= 254 && !text.Any(char.IsControl) && MailAddress.TryCreate(text, out var parsed) && parsed.Address == text && text.IndexOf('@', StringComparison.Ordinal) < text.Length - 1;
}
