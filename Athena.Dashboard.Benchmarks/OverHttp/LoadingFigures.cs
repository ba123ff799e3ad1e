using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Athena.Dashboard.Benchmarks.OverHttp;

/// <summary>From start to ready with 10,000 flags in three environments and 1,000 segments, on one core. The limit is 2 s.</summary>
internal static class LoadingFigures
{
    private const int Flags = 10_000;
    private const int Segments = 1_000;
    private const double LimitSeconds = 2;
    private const int Runs = 5;

    public static int Run()
    {
        using var server = ServerUnderLoad.Start();
        server.Fill(5);
        using (var admin = server.Administrator())
        using (var made = admin.PostAsync("/api/segments", new StringContent("""{"key":"template","name":"Template","conditions":[{"any":[{"attribute":"mail","operator":"endsWith","values":["@example.com"]},{"attribute":"plan","values":["pro"]}]}],"reason":"load"}""", System.Text.Encoding.UTF8, "application/json")).GetAwaiter().GetResult())
            made.EnsureSuccessStatusCode();
        server.Stop();
        var empty = server.Serve();
        server.Stop();
        using (var database = new SqliteConnection($"Data Source={Directory.GetFiles(server.Folder, "*.db").Single()}"))
        {
            database.Open();
            Multiply(database, "flags_flags", "Key", "flag-0003", Flags);
            Multiply(database, "flags_environments", "FlagKey", "flag-0003", Flags);
            Multiply(database, "flags_segments", "Key", "template", Segments);
        }

        var seconds = Enumerable.Range(0, Runs).Select(_ => Again(server)).Order().ToArray();
        var median = seconds[Runs / 2];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Flags} flags and {Segments} segments: ready after {seconds[0]:0.00} / {median:0.00} / {seconds[^1]:0.00} s (min / median / max of {Runs}); with 5 flags {empty:0.00} s; limit {LimitSeconds} s: {(median <= LimitSeconds ? "met" : "MISSED")}"));
        return median <= LimitSeconds ? 0 : 1;
    }

    private static double Again(ServerUnderLoad server)
    {
        var seconds = server.Serve();
        server.Stop();
        return seconds;
    }

    private static void Multiply(SqliteConnection database, string table, string key, string template, int count)
    {
        var columns = new List<string>();
        using (var describe = database.CreateCommand())
        {
            describe.CommandText = $"SELECT name FROM pragma_table_info('{table}')";
            using var names = describe.ExecuteReader();
            while (names.Read()) columns.Add(names.GetString(0));
        }

        using var insert = database.CreateCommand();
        insert.CommandText = $"""
            WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {count})
            INSERT INTO {table} ({string.Join(", ", columns.Select(column => $"\"{column}\""))})
            SELECT {string.Join(", ", columns.Select(column => column == key ? "'many-' || numbers.i" : $"{table}.\"{column}\""))} FROM {table}, numbers WHERE {table}."{key}" = '{template}'
            """;
        insert.ExecuteNonQuery();
    }
}
