using Athena.Dashboard.E2E.Infrastructure;
using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Pages;

/// <summary>The editor of a release's notes.</summary>
internal sealed class NotesEditor(Visitor visitor)
{
    private IPage Page => visitor.Page;

    private ILocator Content => Page.Locator("athena-editor .cm-content");

    private ILocator Status => Page.Locator(".editor-status");

    public Task OpenAsync(string release) => visitor.OpenAsync($"/releases/{release}?tab=notes");

    /// <summary>The whole text as it stands, whatever of it is drawn.</summary>
    public Task<string> TextAsync() => Page.Locator("athena-editor").EvaluateAsync<string>("editor => editor.text");

    /// <summary>Types at the end, letter by letter.</summary>
    public async Task TypeAsync(string text)
    {
        await ShouldBeSavedAsync();
        await Content.PressAsync("Control+End");
        await Content.PressSequentiallyAsync(text, new() { Delay = 10 });
    }

    /// <summary>Goes on typing where the hand is, whatever the editor says of saving.</summary>
    public Task TypeOnAsync(string text) => Content.PressSequentiallyAsync(text, new() { Delay = 10 });

    /// <summary>Pastes at the end, as from the clipboard.</summary>
    public async Task PasteAsync(string text)
    {
        await Content.PressAsync("Control+End");
        await Content.EvaluateAsync(
            """
            (content, text) => {
              const clipboardData = new DataTransfer();
              clipboardData.setData('text/plain', text);
              content.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
            }
            """,
            text);
    }

    public Task ShouldBeSavedAsync() => Assertions.Expect(Status).ToContainTextAsync("Saved · version");

    /// <summary>Not on the server, and the person knows where it is.</summary>
    public Task ShouldBeKeptHereAsync() => Assertions.Expect(Status).ToContainTextAsync("safe in this browser");

    /// <summary>What this browser kept and the server does not have.</summary>
    public ILocator Offer => Page.GetByRole(AriaRole.Group).Filter(new() { HasText = "This browser kept text that the server does not have" });
}
