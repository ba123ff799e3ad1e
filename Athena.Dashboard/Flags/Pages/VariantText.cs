using System.Text;
using System.Text.Json;
using Athena.Dashboard.Flags.Domain;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>What a flag is in all environments, line by line, so that a difference can be read.</summary>
internal static class VariantText
{
    private static readonly JsonSerializerOptions Wide = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(Flag flag)
    {
        var text = new StringBuilder().Append("name ").Append(flag.Name).Append('\n');
        if (flag.Description.Length > 0) text.Append("description ").Append(flag.Description).Append('\n');
        if (flag.ReleaseId is { } release) text.Append("release ").Append(release).Append('\n');
        if (flag.Owner is { } owner) text.Append("owner ").Append(owner).Append('\n');
        if (flag.Permanent) text.Append("permanent\n");
        foreach (var variant in flag.Variants)
        {
            text.Append("value ").Append(variant.Name).Append(": ").Append(Pretty(variant.Value)).Append('\n');
            foreach (var (name, value) in variant.Payload?.AsEnumerable() ?? []) text.Append("  payload ").Append(name).Append(": ").Append(value).Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    /// <summary>JSON over several lines where it has parts, as somebody would write it.</summary>
    public static string Pretty(JsonValue value) => JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(value.Text), Wide);
}
