using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>The product's public HTTP API, as a program with a key uses it.</summary>
public sealed partial class Api : IDisposable
{
    private readonly HttpClient http;

    private Api(HttpClient http) => this.http = http;

    public Api(Uri server, string key)
    {
        http = new HttpClient { BaseAddress = server };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>The API in a person's session, signed in by the form that browsers show.</summary>
    public static async Task<Api> SignInAsync(Uri server, string email, string password)
    {
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server };
        // The product takes changes from its own pages only.
        http.DefaultRequestHeaders.Add("Origin", server.GetLeftPart(UriPartial.Authority));
        var page = await http.GetStringAsync("/sign-in");
        var fields = HiddenFields(page)
            .Append(KeyValuePair.Create("Form.Email", email))
            .Append(KeyValuePair.Create("Form.Password", password));
        using var form = new FormUrlEncodedContent(fields);
        using var answer = await http.PostAsync("/sign-in", form);
        if ((int)answer.StatusCode is < 300 or >= 400) throw new InvalidOperationException($"{email} could not sign in: {(int)answer.StatusCode}.");
        return new Api(http);
    }

    /// <summary>What a page's forms send beside what a person fills in.</summary>
    public static IEnumerable<KeyValuePair<string, string>> HiddenFields(string page) => HiddenField().Matches(page)
        .Select(field => KeyValuePair.Create(WebUtility.HtmlDecode(field.Groups["name"].Value), WebUtility.HtmlDecode(field.Groups["value"].Value)));

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

    public async Task<JsonNode> PutAsync(string path, JsonNode body, long version) =>
        (await AskAsync(HttpMethod.Put, path, body, version)).Accepted();

    public async Task<JsonNode> PutTextAsync(string path, string text, long version) =>
        (await AskAsync(HttpMethod.Put, path, null, version, new StringContent(text, Encoding.UTF8, "text/markdown"))).Accepted();

    public void Dispose() => http.Dispose();

    [GeneratedRegex(@"<input type=""hidden"" name=""(?<name>[^""]*)"" value=""(?<value>[^""]*)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HiddenField();

    public sealed record Answer(int Status, JsonNode? Json, string Text)
    {
        public JsonNode Accepted() => Status is >= 200 and < 300 ? Json ?? new JsonObject() : throw new InvalidOperationException($"{Status}: {Text}");
    }
}
