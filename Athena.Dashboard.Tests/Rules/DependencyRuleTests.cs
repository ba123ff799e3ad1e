using Athena.Dashboard.Tests.Infrastructure;

namespace Athena.Dashboard.Tests.Rules;

public sealed class DependencyRuleTests
{
    private const string Root = "Athena.Dashboard";
    private static readonly Dictionary<string, string[]> Table = ReadTable();
    private static readonly (Place From, Place To)[] References =
        [.. AssemblyReferences.Of(typeof(AthenaApplication).Assembly)
            .Select(pair => (From: Place.Of(pair.From), To: Place.Of(pair.To)))
            .Where(pair => pair is { From.Room.Length: > 0, To.Room.Length: > 0 })];

    [Fact]
    public void The_reading_sees_references_at_all() =>
        References.ShouldContain(pair => pair.From.Room == "Platform" && pair.From.Part == "Storage" && pair.To.Part == "Kernel");

    [Fact]
    public void Platform_refers_to_no_slice() =>
        Breaches(pair => pair.From.Room == "Platform" && pair.To.Room != "Platform").ShouldBeEmpty();

    [Fact]
    public void Kernel_refers_to_nothing() =>
        Breaches(pair => pair.From is { Room: "Platform", Part: "Kernel" } && pair.To is not { Room: "Platform", Part: "Kernel" }).ShouldBeEmpty();

    [Fact]
    public void A_slice_sees_of_others_only_the_contracts_that_the_table_grants() =>
        Breaches(pair => IsSlice(pair.From) && IsSlice(pair.To) && pair.From.Room != pair.To.Room
            && (pair.To.Part != "Contracts" || !Table[pair.From.Room].Contains(pair.To.Room))).ShouldBeEmpty();

    [Fact]
    public void Domain_knows_the_kernel_and_contracts_and_nothing_else() =>
        Breaches(pair => IsSlice(pair.From) && pair.From.Part == "Domain"
            && pair.To is not { Room: "Platform", Part: "Kernel" } and not { Part: "Contracts" or "Domain" }).ShouldBeEmpty();

    [Fact]
    public void Nothing_refers_to_the_shell_but_the_table_of_contents() =>
        Breaches(pair => pair.From.Room != "Shell" && pair.To.Room == "Shell").ShouldBeEmpty();

    [Fact]
    public void Every_room_is_in_the_table() =>
        References.SelectMany(pair => new[] { pair.From.Room, pair.To.Room }).Distinct()
            .Except([.. Table.Keys, "Platform", "Shell"]).ShouldBeEmpty();

    private static bool IsSlice(Place place) => place.Room is not ("Platform" or "Shell");

    private static IEnumerable<string> Breaches(Func<(Place From, Place To), bool> breach) =>
        References.Where(breach).Select(pair => $"{pair.From.Type} → {pair.To.Type}").Distinct().Order(StringComparer.Ordinal);

    private static Dictionary<string, string[]> ReadTable() =>
        File.ReadLines(Path.Combine(Repository.Root, "ARCHITECTURE.md"))
            .SkipWhile(line => !line.StartsWith("| slice |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .ToDictionary(cells => cells[1], cells => cells[2].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Where a type lives: room and part are the third and fourth word of its namespace.</summary>
    private sealed record Place(string Room, string Part, string Type)
    {
        public static Place Of(Type type)
        {
            var words = (type.Namespace ?? "").StartsWith(Root + ".", StringComparison.Ordinal) ? type.Namespace![(Root.Length + 1)..].Split('.') : [];
            return new Place(words.ElementAtOrDefault(0) ?? "", words.ElementAtOrDefault(1) ?? "", type.FullName!);
        }
    }
}
