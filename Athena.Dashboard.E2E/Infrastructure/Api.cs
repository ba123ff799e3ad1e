using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>The product's public HTTP API, as a program with a key uses it.</summary>
public sealed class Api : IDisposable
{
    private readonly HttpClient http;

    public Api(Uri server, string key)
    {
        http = new HttpClient { BaseAddress = server };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>The answer as it came, whatever its status.</summary>
    /// <param name="version">The row's version, for commands that want one.</param>
    public async Task<Answer> AskAsync(HttpMethod method, string path, JsonNode? body = null, long? version = null, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = content ?? (method == HttpMethod.Get ? null : new StringContent((body ?? new JsonObject()).ToJsonString(), Encoding.UTF8, "application/json"));
        if (version is not null) request.Headers.IfMatch.Add(new EntityTagHeaderValue(FormattableString.Invariant($"\"{version}\"")));
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer((int)response.StatusCode, text.Length > 0 && text[0] is '{' or '[' ? JsonNode.Parse(text) : null, text);
    }

    public async Task<JsonNode> GetAsync(string path) => (await AskAsync(HttpMethod.Get, path)).Accepted();

    public async Task<JsonNode> PostAsync(string path, JsonNode? body = null, long? version = null) =>
        (await AskAsync(HttpMethod.Post, path, body, version)).Accepted();

    public async Task<JsonNode> PutTextAsync(string path, string text, long version) =>
        (await AskAsync(HttpMethod.Put, path, null, version, new StringContent(text, Encoding.UTF8, "text/markdown"))).Accepted();

    public void Dispose() => http.Dispose();

    public sealed record Answer(int Status, JsonNode? Json, string Text)
    {
        public JsonNode Accepted() => Status is >= 200 and < 300 ? Json ?? new JsonObject() : throw new InvalidOperationException($"{Status}: {Text}");
    }
}
