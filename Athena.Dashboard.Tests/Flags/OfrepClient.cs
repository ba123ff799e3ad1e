using System.Net;
using System.Text;
using System.Text.Json;

namespace Athena.Dashboard.Tests.Flags;

/// <summary>Speaks the protocol, and checks answers by what its schema says.</summary>
internal static class OfrepClient
{
    public const string All = "/ofrep/v1/evaluate/flags";

    public static async Task<Answer> PostAsync(HttpClient client, string path, string body, string? ifNoneMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (ifNoneMatch is not null) request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        using var response = await client.SendAsync(request);
        var answer = new Answer(
            response.StatusCode,
            response.Content.Headers.ContentType?.ToString(),
            response.Headers.ETag?.ToString(),
            response.Headers.RetryAfter?.Delta,
            await response.Content.ReadAsStringAsync());
        OfrepSchema.Check(path, (int)answer.Status, answer.Type, answer.Tag, answer.Body);
        return answer;
    }

    /// <summary>What the protocol's schema allows in a success, with the value's branches read as anyOf.</summary>
    public static void ShouldBeSuccess(JsonElement item)
    {
        item.EnumerateObject().Select(member => member.Name).ShouldBeSubsetOf(["key", "reason", "value", "variant", "metadata"]);
        Text(item, "key").ShouldNotBeNullOrEmpty();
        Text(item, "reason").ShouldBeOneOf("STATIC", "TARGETING_MATCH", "SPLIT", "DISABLED", "UNKNOWN");
    }

    public static void ShouldBeFailure(JsonElement item, string code)
    {
        item.EnumerateObject().Select(member => member.Name).ShouldBeSubsetOf(["key", "errorCode", "errorDetails", "metadata"]);
        Text(item, "key").ShouldNotBeNullOrEmpty();
        Text(item, "errorCode").ShouldBe(code);
        Text(item, "errorDetails").ShouldNotBeNullOrEmpty();
    }

    public static string? Text(JsonElement item, string name) => item.GetProperty(name).GetString();

    internal sealed record Answer(HttpStatusCode Status, string? Type, string? Tag, TimeSpan? RetryAfter, string Body)
    {
        public JsonElement Json { get; } = Body.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(Body);
    }
}
