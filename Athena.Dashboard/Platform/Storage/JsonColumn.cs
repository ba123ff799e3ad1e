using System.Text.Json;
using System.Text.Json.Serialization;
using Athena.Dashboard.Platform.Api;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Athena.Dashboard.Platform.Storage;

/// <summary>Values that are read and written whole live in one text column as JSON.</summary>
public static class JsonColumn
{
    /// <summary>How JSON is written in columns and events: camelCase, enums as words, no unknown member accepted.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false), new PercentageJson() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
    };

    /// <param name="remembered">
    /// For a column that is read again and again and takes long to read: how many of its texts are remembered as what
    /// they say. 0 where the last one is enough.
    /// </param>
    public static PropertyBuilder<T> HasJsonConversion<T>(this PropertyBuilder<T> property, int remembered = 0)
    {
        var texts = remembered > 0 ? new RecentTexts<T>(remembered, Read<T>) : null;
        property.HasConversion(
            new ValueConverter<T, string>(
                value => JsonSerializer.Serialize(value, Options),
                text => texts != null ? texts.Read(text) : Latest<T>.Of(text)),
            new ValueComparer<T>(
                (left, right) => ReferenceEquals(left, right) || JsonSerializer.Serialize(left, Options) == JsonSerializer.Serialize(right, Options),
                value => JsonSerializer.Serialize(value, Options).GetHashCode(StringComparison.Ordinal),
                value => value));
        return property;
    }

    private static T Read<T>(string text) => JsonSerializer.Deserialize<T>(text, Options)!;

    /// <summary>
    /// Most rows say in a column what the row before said, "[]" above all: it is read once. What is stored like this is
    /// immutable, so the rows may share it.
    /// </summary>
    private static class Latest<T>
    {
        private static Tuple<string, T>? known;

        public static T Of(string text)
        {
            if (Volatile.Read(ref known) is { } latest && latest.Item1 == text) return latest.Item2;
            var value = Read<T>(text);
            Volatile.Write(ref known, Tuple.Create(text, value));
            return value;
        }
    }
}
