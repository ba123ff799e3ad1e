using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Health.Domain.Feeds;

/// <summary>The answer of Prometheus' HTTP API to an instant query for a stretch of raw samples.</summary>
/// <param name="Trouble">Null when the series can be used; with <see cref="FeedState.Degraded"/> there are warnings.</param>
public sealed record PrometheusAnswer(ImmutableArray<RawSeries> Series, (FeedState State, string Detail)? Trouble)
{
    /// <summary>Values are texts there, <c>"NaN"</c> and <c>"+Inf"</c> among them; times are seconds.</summary>
    public static PrometheusAnswer Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            var root = document.RootElement;
            if (root.GetProperty("status").GetString() != "success")
                return Not(FeedState.Refused, Text(root, "error") ?? "The query was not taken.");
            if (root.TryGetProperty("warnings", out var warnings) && warnings.ValueKind == JsonValueKind.Array && warnings.GetArrayLength() > 0)
                return Not(FeedState.Degraded, "The answer comes with warnings: " + string.Join("; ", warnings.EnumerateArray().Select(warning => warning.GetString())));
            var data = root.GetProperty("data");
            if (Text(data, "resultType") is not "matrix" and var type) return Not(FeedState.Refused, $"The answer is a {type} and not a matrix of samples.");
            var series = ImmutableArray.CreateBuilder<RawSeries>();
            foreach (var one in data.GetProperty("result").EnumerateArray())
            {
                if (one.TryGetProperty("histograms", out _)) return Not(FeedState.Refused, "There are native histograms among the series; only classic ones, with le, are counted.");
                series.Add(new RawSeries(
                    one.GetProperty("metric").EnumerateObject().ToImmutableDictionary(label => label.Name, label => label.Value.GetString() ?? ""),
                    [.. one.GetProperty("values").EnumerateArray().Select(Sample).OrderBy(sample => sample.At)]));
            }

            return new PrometheusAnswer(series.ToImmutable(), null);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return Not(FeedState.Refused, "The answer is not what Prometheus' API says: " + fault.Message);
        }
    }

    private static RawSample Sample(JsonElement pair)
    {
        var value = pair[1].GetString() switch
        {
            "NaN" => double.NaN,
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            var text => double.Parse(text!, NumberStyles.Float, CultureInfo.InvariantCulture),
        };
        return new RawSample(DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Round(pair[0].GetDouble() * 1000)), value);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static PrometheusAnswer Not(FeedState state, string detail) => new([], (state, detail));
}
