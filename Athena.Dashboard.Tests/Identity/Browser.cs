using System.Text.RegularExpressions;
using Athena.Dashboard.Tests.Infrastructure;

namespace Athena.Dashboard.Tests.Identity;

/// <summary>What a browser does with static pages: keeps cookies, reads a form, fills it in and posts it.</summary>
public sealed partial class Browser : IDisposable
{
    private readonly HttpClient client;

    public Browser(AthenaServer server)
        : this(server.Address)
    {
    }

    public Browser(Uri address)
    {
        client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = true }) { BaseAddress = address };
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        client.DefaultRequestHeaders.Add("Origin", address.GetLeftPart(UriPartial.Authority));
    }

    public HttpClient Client => client;

    public async Task<Answer> GetAsync(string path) => await Answer.OfAsync(await client.GetAsync(path));

    /// <summary>Opens a page and posts the form on it, hidden fields included.</summary>
    public async Task<Answer> FillAsync(string path, params (string Name, string Value)[] fields) =>
        await PostAsync(path, await GetAsync(path), fields);

    /// <summary>Posts the form of a page that is open.</summary>
    public async Task<Answer> PostAsync(string path, Answer page, params (string Name, string Value)[] fields)
    {
        var values = HiddenFields(page.Body).Concat(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var form = new FormUrlEncodedContent(values);
        return await Answer.OfAsync(await client.PostAsync(path, form));
    }

    public Task<Answer> SignInAsync(string email, string password) =>
        FillAsync("/sign-in", ("Form.Email", email), ("Form.Password", password));

    public static IEnumerable<KeyValuePair<string, string>> HiddenFields(string body) =>
        Hidden().Matches(body)
            .Select(match => KeyValuePair.Create(Attribute(match.Value, "name"), Attribute(match.Value, "value")))
            .Where(field => field.Key.Length > 0);

    public void Dispose() => client.Dispose();

    private static string Attribute(string tag, string name) =>
        System.Net.WebUtility.HtmlDecode(Regex.Match(tag, $"\\b{name}=\"([^\"]*)\"", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value);

    [GeneratedRegex("<input[^>]*type=\"hidden\"[^>]*>", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hidden();
}

public sealed record Answer(int Status, string Location, string Body, Dictionary<string, string> Headers)
{
    public static async Task<Answer> OfAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        response.Headers.Location?.ToString() ?? "",
        await response.Content.ReadAsStringAsync(),
        response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join('\n', header.Value), StringComparer.OrdinalIgnoreCase));
}
