using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>Several short values: roles, workspaces, labels. Enter or a comma ends one; Backspace in the empty input takes the last away.</summary>
public sealed partial class TokenField
{
    private string typed = "";

    [Parameter]
    public IReadOnlyList<string> Suggestions { get; set; } = [];

    [Parameter]
    public string? Placeholder { get; set; }

    private IReadOnlyList<string> Tokens => Value ?? [];

    // A comma may be typed or pasted; a suggestion that was chosen arrives whole.
    private Task TypedAsync(string? text)
    {
        typed = text ?? "";
        return typed.Contains(',', StringComparison.Ordinal) || Suggestions.Contains(typed, StringComparer.Ordinal) ? AddTypedAsync() : Task.CompletedTask;
    }

    private Task KeyAsync(KeyboardEventArgs key) => key.Key switch
    {
        "Enter" => AddTypedAsync(),
        "Backspace" when typed.Length == 0 && Tokens.Count > 0 => RemoveAsync(Tokens[^1]),
        _ => Task.CompletedTask,
    };

    private Task AddTypedAsync()
    {
        var added = typed.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        typed = "";
        return added.Length == 0 ? Task.CompletedTask : SetAsync([.. Tokens.Concat(added).Distinct(StringComparer.Ordinal)]);
    }

    private Task RemoveAsync(string token) => SetAsync([.. Tokens.Where(other => other != token)]);
}
