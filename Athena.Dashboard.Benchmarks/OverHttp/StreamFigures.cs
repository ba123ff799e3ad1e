using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Athena.Dashboard.Benchmarks.OverHttp;

/// <summary>
/// 5,000 streams on one core: how many are accepted in a second, what one costs, and how long it takes from the answer
/// to "save" having been asked for until the last of them has been told.
/// </summary>
internal static class StreamFigures
{
    private const int Streams = 5_000;
    private const int Changes = 100;
    private const int WarmChanges = 20;
    private const double WantedPerSecond = 1_100;
    private const double MostKilobytes = 25;
    private const double MostMilliseconds = 150;

    public static int Run()
    {
        using var server = ServerUnderLoad.Start();
        server.Fill(50);
        using var affinity = System.Diagnostics.Process.GetCurrentProcess();
        if (OperatingSystem.IsLinux()) affinity.ProcessorAffinity = 1 << int.Parse(ServerUnderLoad.LoadCore, CultureInfo.InvariantCulture);
        var path = AddressOf(server);
        // Warm: compiled code and thread pool are not what a stream costs.
        var warm = OpenAll(server, path, 200).GetAwaiter().GetResult();
        TellAll(server, warm, WarmChanges);
        warm.ForEach(stream => stream.Dispose());
        var before = Resident(server.ProcessId);
        var began = TimeProvider.System.GetTimestamp();
        var streams = OpenAll(server, path, Streams).GetAwaiter().GetResult();
        var perSecond = Streams / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        var kilobytes = (Resident(server.ProcessId) - before) / (double)Streams;
        var worked = Worked(server.ProcessId);
        var slowest = TellAll(server, streams, Changes).Order().ToArray();
        worked = Worked(server.ProcessId) - worked;
        streams.ForEach(stream => stream.Dispose());
        var p99 = slowest[(int)Math.Ceiling(slowest.Length * 0.99) - 1];
        var missed = Say("new streams a second", perSecond, perSecond >= WantedPerSecond, WantedPerSecond)
            + Say("KB resident for each", kilobytes, kilobytes < MostKilobytes, MostKilobytes)
            + Say(string.Create(CultureInfo.InvariantCulture, $"ms from saving to the last of {Streams}, p99 of {Changes} changes (median {slowest[slowest.Length / 2]:0})"), p99, p99 < MostMilliseconds, MostMilliseconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{worked.TotalMilliseconds / Changes,8:0.0} ms of processor time for each change, saving included"));
        return missed;
    }

    private static TimeSpan Worked(int processId)
    {
        using var process = System.Diagnostics.Process.GetProcessById(processId);
        return process.TotalProcessorTime;
    }

    private static int Say(string what, double value, bool met, double wanted)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value,8:0.0} {what}; wanted {wanted}: {(met ? "met" : "MISSED")}"));
        return met ? 0 : 1;
    }

    private static string AddressOf(ServerUnderLoad server)
    {
        using var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + server.Key);
        using var answer = client.PostAsJsonAsync("/ofrep/v1/evaluate/flags", new { context = new { } }).GetAwaiter().GetResult();
        return answer.Content.ReadFromJsonAsync<JsonElement>().GetAwaiter().GetResult().GetProperty("eventStreams")[0].GetProperty("endpoint").GetProperty("requestUri").GetString()!;
    }

    private static async Task<List<Socket>> OpenAll(ServerUnderLoad server, string path, int count)
    {
        var streams = new List<Socket>();
        while (streams.Count < count)
        {
            // A hundred at a time, as after a restart with clients that wait a random moment.
            streams.AddRange(await Task.WhenAll(Enumerable.Range(0, Math.Min(100, count - streams.Count)).Select(_ => OpenAsync(server.Address, path))));
        }

        return streams;
    }

    private static async Task<Socket> OpenAsync(Uri server, string path)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Port));
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {server.Authority}\r\nAccept: text/event-stream\r\n\r\n"));
        // Headers and the opening event.
        await ReadUntilAsync(socket, "id: ");
        return socket;
    }

    private static double[] TellAll(ServerUnderLoad server, List<Socket> streams, int changes)
    {
        using var admin = server.Administrator();
        var times = new double[changes];
        for (var change = 0; change < changes; change++)
        {
            var told = streams.Select(stream => ReadUntilAsync(stream, "refetchEvaluation")).ToArray();
            var began = TimeProvider.System.GetTimestamp();
            using var saved = admin.PostAsJsonAsync("/api/flags/flag-0001/environments/production/switches", new { on = change % 2 == 1, reason = "load", confirmation = "production", @override = true }).GetAwaiter().GetResult();
            saved.EnsureSuccessStatusCode();
            Task.WhenAll(told).GetAwaiter().GetResult();
            times[change] = TimeProvider.System.GetElapsedTime(began).TotalMilliseconds;
        }

        return times;
    }

    private static async Task ReadUntilAsync(Socket socket, string wanted)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(2_048);
        try
        {
            var length = 0;
            while (!Encoding.ASCII.GetString(buffer, 0, length).Contains(wanted, StringComparison.Ordinal))
            {
                if (length > 1_500) length = 0;
                var read = await socket.ReceiveAsync(buffer.AsMemory(length));
                if (read == 0) throw new IOException("A stream was closed: " + Encoding.ASCII.GetString(buffer, 0, length));
                length += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static double Resident(int processId) =>
        double.Parse(File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
