using System.Globalization;
using System.Net.Http.Headers;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain.Feeds;

namespace Athena.Dashboard.Health;

/// <summary>Asks a Prometheus server for raw samples. Whatever goes wrong is an answer too; it throws only when cancelled.</summary>
public sealed class PrometheusClient(HttpMessageHandler handler, TimeProvider clock) : IDisposable
{
    private const int MostBytes = 64 * 1024 * 1024;
    private const int LongestDetail = 300;

    private readonly HttpClient http = new(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MostBytes };

    /// <param name="selector">A plain one.</param>
    /// <param name="window">How far back from <paramref name="at"/>.</param>
    public async Task<PrometheusAnswer> AskAsync(PrometheusSource source, string selector, TimeSpan window, DateTimeOffset at, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(source.TimeoutSeconds), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, source.Url.TrimEnd('/') + "/api/v1/query")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["query"] = string.Create(CultureInfo.InvariantCulture, $"{selector}[{(long)Math.Ceiling(window.TotalMilliseconds)}ms]"),
                ["time"] = (at.ToUnixTimeMilliseconds() / 1000.0).ToString("0.###", CultureInfo.InvariantCulture),
            }),
        };
        if (source.Token.Length > 0) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", source.Token);
        try
        {
            using var response = await http.SendAsync(request, either.Token);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token);
            // 400 and 422 say in their body what is wrong with the query; others come from something in between.
            if ((int)response.StatusCode is 200 or 400 or 422) return PrometheusAnswer.Read(body);
            return Not(string.Create(CultureInfo.InvariantCulture, $"It answers {(int)response.StatusCode} {response.ReasonPhrase}."));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Not(string.Create(CultureInfo.InvariantCulture, $"It did not answer within {source.TimeoutSeconds} s."));
        }
        catch (HttpRequestException failure)
        {
            return Not("It cannot be asked: " + failure.Message.TrimEnd('.') + ".");
        }
    }

    public void Dispose() => http.Dispose();

    private static PrometheusAnswer Not(string detail) =>
        new([], (FeedState.Down, detail.Length <= LongestDetail ? detail : detail[..LongestDetail]));
}
