using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Athena.Dashboard.Demo;

/// <summary>The demo is a client like any other: it knows the product through its public HTTP API.</summary>
/// <param name="http">Of a person's session, or of nobody when each call names a key.</param>
internal sealed class DemoApi(HttpClient http)
{
    public Task<JsonNode> GetAsync(string? key, string path, CancellationToken cancellationToken) =>
        SendAsync(key, HttpMethod.Get, path, null, null, cancellationToken);

    /// <param name="version">The row's version, for commands that want one.</param>
    public Task<JsonNode> PostAsync(string? key, string path, JsonNode? body, CancellationToken cancellationToken, long? version = null) =>
        SendAsync(key, HttpMethod.Post, path, Json(body ?? new JsonObject()), version, cancellationToken);

    public Task<JsonNode> PutAsync(string? key, string path, JsonNode body, long version, CancellationToken cancellationToken) =>
        SendAsync(key, HttpMethod.Put, path, Json(body), version, cancellationToken);

    public Task<JsonNode> PutTextAsync(string? key, string path, string text, long version, CancellationToken cancellationToken) =>
        SendAsync(key, HttpMethod.Put, path, new StringContent(text, Encoding.UTF8, "text/markdown"), version, cancellationToken);

    private static StringContent Json(JsonNode body) => new(body.ToJsonString(), Encoding.UTF8, "application/json");

    /// <exception cref="InvalidOperationException">The product refused; the message is its own.</exception>
    private async Task<JsonNode> SendAsync(string? key, HttpMethod method, string path, HttpContent? content, long? version, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (version is not null) request.Headers.IfMatch.Add(new EntityTagHeaderValue(FormattableString.Invariant($"\"{version}\"")));
        using var response = await http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode) throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {text}");
        return text.Length > 0 ? JsonNode.Parse(text)! : new JsonObject();
    }
}
