using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Tests.Platform.Api;

/// <summary>An endpoint that changes something, as routing knows it: a new one is in every list of these by itself.</summary>
/// <param name="TakesJson">False where another type is asked for.</param>
/// <param name="Body">The type that its JSON is read as; null where it takes none, or reads its body by hand.</param>
public sealed record WriteEndpoint(string Method, string Route, JsonTypeInfo? Body, bool BodyIsOptional = false, bool TakesJson = true)
{
    private const int Deepest = 4;

    /// <summary>Every endpoint with a method that changes something, except pages and the connections of circuits and hubs.</summary>
    public static ImmutableArray<WriteEndpoint> AllOf(AthenaServer server)
    {
        var options = server.Get<IOptions<JsonOptions>>().Value.SerializerOptions;
        return
        [
            .. from endpoint in server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
               where endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is null
               from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
               where !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method)
               where !endpoint.RoutePattern.RawText!.StartsWith("/_", StringComparison.Ordinal) && !endpoint.RoutePattern.RawText.StartsWith("/hubs", StringComparison.Ordinal)
               let accepts = endpoint.Metadata.GetMetadata<IAcceptsMetadata>()
               let json = accepts?.ContentTypes.Contains("application/json") is true && accepts.RequestType is { } type ? options.GetTypeInfo(type) : null
               select new WriteEndpoint(method, endpoint.RoutePattern.RawText!.TrimEnd('/'), json, accepts?.IsOptional ?? false, accepts?.ContentTypes.Contains("application/json") ?? true),
        ];
    }

    public override string ToString() => $"{Method} {Route}";

    /// <summary>A body of the right shape: a value of its type in every member.</summary>
    public JsonNode Sample() => Sample(Body!, 0)!;

    /// <summary>The members of the body at any depth.</summary>
    public IEnumerable<BodyMember> Members() => Body is null ? [] : Members(Body, [], 0);

    private static IEnumerable<BodyMember> Members(JsonTypeInfo type, ImmutableArray<string> path, int depth)
    {
        if (depth > Deepest) yield break;
        foreach (var property in type.Properties.Where(property => property.Set is not null || property.AssociatedParameter is not null))
        {
            var member = new BodyMember(path.Add(property.Name), Plain(property.PropertyType, type));
            yield return member;
            var inner = member.Type.Kind == JsonTypeInfoKind.Enumerable ? Plain(member.Type.ElementType!, type) : member.Type;
            if (inner.Kind != JsonTypeInfoKind.Object || inner.Type == typeof(JsonElement)) continue;
            foreach (var deeper in Members(inner, member.Type.Kind == JsonTypeInfoKind.Enumerable ? member.Path.Add("0") : member.Path, depth + 1)) yield return deeper;
        }
    }

    private static JsonNode? Sample(JsonTypeInfo type, int depth)
    {
        if (depth > Deepest) return null;
        if (type.Type == typeof(JsonElement)) return new JsonObject();
        if (type.Kind == JsonTypeInfoKind.Enumerable) return Sample(Plain(type.ElementType!, type), depth + 1) is { } element ? new JsonArray(element) : new JsonArray();
        if (type.Kind == JsonTypeInfoKind.Dictionary) return new JsonObject { ["name"] = Sample(Plain(type.ElementType!, type), depth + 1) };
        if (type.Kind != JsonTypeInfoKind.Object) return Value(type.Type);
        var whole = new JsonObject();
        foreach (var property in type.Properties.Where(property => property.Set is not null || property.AssociatedParameter is not null))
            whole[property.Name] = Sample(Plain(property.PropertyType, type), depth + 1);
        return whole;
    }

    private static JsonNode? Value(Type type) => type switch
    {
        _ when type == typeof(string) => "text",
        _ when type == typeof(bool) => false,
        _ when type == typeof(Guid) => Guid.Empty.ToString(),
        _ when type == typeof(DateOnly) => "2030-08-15",
        _ when type == typeof(TimeOnly) => "10:00",
        _ when type == typeof(DateTimeOffset) => "2030-08-15T10:00:00Z",
        _ when type == typeof(Percentage) => 10,
        { IsEnum: true } => JsonNamingPolicy.CamelCase.ConvertName(Enum.GetNames(type)[0]),
        _ => 1,
    };

    private static JsonTypeInfo Plain(Type type, JsonTypeInfo parent) => parent.Options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
}

/// <param name="Path">Names of members and positions in lists, from the outside.</param>
public sealed record BodyMember(ImmutableArray<string> Path, JsonTypeInfo Type)
{
    public bool IsText => Type.Type == typeof(string) || (Type.Kind == JsonTypeInfoKind.Enumerable && Type.ElementType == typeof(string));

    /// <summary>Read by hand, whatever it is.</summary>
    public bool IsAnything => Type.Type == typeof(JsonElement) || Type.ElementType == typeof(JsonElement);

    public string Name => string.Join('.', Path);

    /// <summary>Values that are not of its type.</summary>
    public IEnumerable<JsonNode> WrongValues()
    {
        if (IsAnything) yield break;
        if (Type.Type != typeof(string)) yield return "no such value";
        if (Type.Type == typeof(string) || Type.Type.IsEnum || Type.Kind is JsonTypeInfoKind.Object or JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary) yield return 7;
        if (Type.Kind != JsonTypeInfoKind.Enumerable) yield return new JsonArray();
        if (Type.Kind is not JsonTypeInfoKind.Object and not JsonTypeInfoKind.Dictionary) yield return new JsonObject();
        if (Type.Type.IsEnum) yield return "7";
        if (Type.Type == typeof(Percentage))
        {
            yield return -1;
            yield return 100.1;
            yield return JsonNode.Parse("1e400")!;
            yield return decimal.MaxValue;
        }
    }

    /// <summary>Values of its type at the ends of what can be said.</summary>
    public IEnumerable<JsonNode> Extremes()
    {
        if (Type.Type == typeof(DateOnly)) return ["0001-01-01", "9999-12-31"];
        if (Type.Type == typeof(DateTimeOffset)) return ["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999-14:00"];
        if (Type.Type == typeof(TimeOnly)) return ["00:00", "23:59:59.9999999"];
        if (Type.Type == typeof(int)) return [0, -1, int.MinValue, int.MaxValue];
        if (Type.Type == typeof(long)) return [0, -1, long.MinValue, long.MaxValue];
        if (Type.Type == typeof(double)) return [0, -1, double.MinValue, double.MaxValue];
        if (Type.Type == typeof(Guid)) return [Guid.Empty.ToString(), Guid.AllBitsSet.ToString()];
        if (!IsAnything) return [];
        JsonNode whole = Type.Type == typeof(JsonElement) ? new JsonArray() : new JsonObject();
        return
        [
            whole, 7, "text", true, new JsonArray(7, null), new JsonObject { ["name"] = null }, new JsonObject { ["a\0b"] = "c" }, new JsonObject { ["name"] = new JsonArray("a\0b") },
            new JsonObject { ["name"] = new JsonArray(new string('x', 100_000)) }, new JsonObject { ["name"] = new JsonObject() }, JsonNode.Parse("[{\"a\":1e400}]")!, new JsonArray(new JsonArray()),
            new JsonArray(new JsonObject { ["attribute"] = 7, ["operator"] = "no such", ["values"] = "x" }), new JsonArray(new JsonObject { ["name"] = null, ["conditions"] = null, ["serve"] = null }),
        ];
    }

    /// <summary>The body with another value in this place.</summary>
    public JsonNode With(JsonNode body, JsonNode? value)
    {
        var changed = body.DeepClone();
        var at = changed;
        foreach (var step in Path.AsSpan(0, Path.Length - 1)) at = int.TryParse(step, System.Globalization.CultureInfo.InvariantCulture, out var position) ? at![position] : at![step];
        at![Path[^1]] = value?.DeepClone();
        return changed;
    }

    /// <summary>A text in its place, or a list of one text.</summary>
    public JsonNode TextOf(string text) => Type.Kind == JsonTypeInfoKind.Enumerable ? new JsonArray(text) : text;
}
