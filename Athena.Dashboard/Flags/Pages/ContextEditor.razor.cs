using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>Writes the context of an evaluation: as attributes, or as JSON. Changing over keeps what was written.</summary>
public sealed partial class ContextEditor
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };
    private static readonly Option<bool>[] Modes = [new(false, "Attributes"), new(true, "JSON")];

    private readonly List<Row> rows =
    [
        new() { Name = ContextNames.TargetingKey, Value = "user-1" },
        new() { Name = ContextNames.UserRole },
        new() { Name = ContextNames.UserTier },
        new() { Name = ContextNames.Workspace },
    ];

    private bool asJson;
    private string json = "";
    private string? fault;

    /// <summary>Names of attributes, offered while somebody types.</summary>
    [Parameter]
    public IReadOnlyList<string> Suggestions { get; set; } = [];

    /// <summary>Told at the start and after each change that can be read.</summary>
    [Parameter]
    public EventCallback<JsonObject> Changed { get; set; }

    protected override Task OnInitializedAsync() => Changed.InvokeAsync(FromRows());

    private void Switch(bool toJson)
    {
        if (toJson) json = FromRows().ToJsonString(Readable);
        else if (Parse(json) is { } context)
        {
            rows.Clear();
            rows.AddRange(context.Select(member => new Row { Name = member.Key, Value = Written(member.Value) }));
        }

        (asJson, fault) = (toJson, null);
    }

    private Task TypeAsync(string? text)
    {
        json = text ?? "";
        return Parse(json) is { } context ? Changed.InvokeAsync(context) : Task.CompletedTask;
    }

    private Task ChangeAsync(Action change)
    {
        change();
        return Changed.InvokeAsync(FromRows());
    }

    private JsonObject FromRows()
    {
        var context = new JsonObject();
        foreach (var row in rows.Where(row => !string.IsNullOrWhiteSpace(row.Name) && !string.IsNullOrWhiteSpace(row.Value))) context[row.Name.Trim()] = Value(row);
        return context;
    }

    private JsonObject? Parse(string text)
    {
        fault = null;
        if (string.IsNullOrWhiteSpace(text)) return [];
        try
        {
            if (JsonNode.Parse(text) is JsonObject context && context.Count >= 0) return context;
            fault = "This is JSON, but not an object.";
        }
        catch (Exception wrong) when (wrong is JsonException or ArgumentException)
        {
            // A name that is there twice is found out only when the members are counted.
            fault = wrong is JsonException ? "This is not JSON yet." : "A name is there twice.";
        }

        return null;
    }

    private static JsonNode? Value(Row row)
    {
        var text = row.Value.Trim();
        // Keys are text, also those that look like numbers.
        if (row.Name.Trim() == ContextNames.TargetingKey) return JsonValue.Create(text);
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static string Written(JsonNode? value)
    {
        if (value is not JsonValue single || single.GetValueKind() != JsonValueKind.String) return value?.ToJsonString() ?? "null";
        var text = single.GetValue<string>();
        return IsJson(text) ? single.ToJsonString() : text;
    }

    private static bool IsJson(string text)
    {
        try
        {
            return JsonNode.Parse(text) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private sealed class Row
    {
        public string Name { get; set; } = "";

        public string Value { get; set; } = "";
    }
}
