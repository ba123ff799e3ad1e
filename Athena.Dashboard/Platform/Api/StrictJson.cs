using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Athena.Dashboard.Platform.Storage;

namespace Athena.Dashboard.Platform.Api;

/// <summary>
/// JSON as the API takes it: what the types say is true of what was read. Unknown and doubled members, numbers in the
/// place of words, null where a value is needed and text that no database keeps are refused before any handler sees them.
/// </summary>
public static class StrictJson
{
    /// <summary>For endpoints that read their body by hand.</summary>
    public static JsonSerializerOptions Options { get; } = Make();

    public static void Configure(JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new PercentageJson());
        options.Converters.Add(new TextJson());
        options.Converters.Add(new AnyJson());
        options.UnmappedMemberHandling = JsonColumn.Options.UnmappedMemberHandling;
        options.NumberHandling = JsonColumn.Options.NumberHandling;
        options.MaxDepth = 32;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(DemandValues);
    }

    /// <summary>Whether the member is a list of which no element may be null.</summary>
    internal static bool WantsElements(JsonPropertyInfo property)
    {
        if (property.AttributeProvider is not PropertyInfo { PropertyType: var declared } member) return false;
        var context = new NullabilityInfoContext().Create(member);
        var element = context.ElementType
            ?? (typeof(IEnumerable).IsAssignableFrom(Nullable.GetUnderlyingType(declared) ?? declared) && context.GenericTypeArguments is [var only] ? only : null);
        return element is { ReadState: NullabilityState.NotNull, Type.IsValueType: false };
    }

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Configure(options);
        options.MakeReadOnly();
        return options;
    }

    private static void DemandValues(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object) return;
        // Answers are ours: what they show was checked when it was taken.
        foreach (var property in type.Properties.Where(property => !property.PropertyType.IsValueType)) property.IsGetNullable = true;
        var lists = type.Properties.Where(property => property.Get is not null && WantsElements(property)).ToArray();
        if (lists.Length == 0) return;
        type.OnDeserialized = read =>
        {
            foreach (var list in lists)
            {
                if (HoldsNull(list.Get!(read))) throw new JsonException($"An element of {list.Name} is null.");
            }
        };
    }

    private static bool HoldsNull(object? list) =>
        list is IEnumerable elements && !IsDefault(list) && elements.Cast<object?>().Contains(null);

    // It cannot be enumerated.
    private static bool IsDefault(object list) =>
        list.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>)
        && list.Equals(Activator.CreateInstance(type));
}
