using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>
/// Writes one Markdown document. The text lives in the browser and goes to the server over HTTP, never through the
/// circuit; the contract of the two addresses is at the top of <c>wwwroot-assets/src/editor.ts</c>.
/// </summary>
public sealed partial class MarkdownEditor
{
    /// <summary>GET reads <c>{ text, version }</c>; PUT with If-Match saves a draft.</summary>
    [Parameter, EditorRequired]
    public required string DocumentUrl { get; set; }

    /// <summary>POST <c>{ text }</c> gives <c>{ html }</c>, already sanitized; null shows no preview.</summary>
    [Parameter]
    public string? PreviewUrl { get; set; }

    [Parameter, EditorRequired]
    public required string Label { get; set; }

    [Parameter]
    public bool ReadOnly { get; set; }

    /// <summary>The version that the server is known to have now: when it is newer than the editor's, the editor offers the difference.</summary>
    [Parameter]
    public long? RemoteVersion { get; set; }

    /// <summary>Who wrote <see cref="RemoteVersion"/>.</summary>
    [Parameter]
    public string? RemoteBy { get; set; }

    /// <summary>A CSS height.</summary>
    [Parameter]
    public string Height { get; set; } = "60vh";
}
