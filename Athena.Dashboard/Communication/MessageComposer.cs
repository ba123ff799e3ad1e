using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Notes.Contracts;
using Athena.Dashboard.Platform.Text;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;

namespace Athena.Dashboard.Communication;

/// <summary>The text of a message as it would go out now.</summary>
public sealed class MessageComposer(IReleaseLookup releases, IProcessCatalog process, PublicAddress address)
{
    /// <summary>As a person wrote it, or the template; placeholders are still in it.</summary>
    public static MessageText TextOf(OutboxMessage message)
    {
        var template = MessageText.TemplateOf(message.Key, message.Title);
        return new MessageText(message.EditedSubject ?? template.Subject, message.EditedBody ?? template.Body);
    }

    public async Task<MessageText> ComposeAsync(OutboxMessage message, CancellationToken cancellationToken) =>
        await FillAsync(message, TextOf(message), cancellationToken);

    /// <summary>Placeholders filled; a text without a release has none.</summary>
    public async Task<MessageText> FillAsync(OutboxMessage message, MessageText text, CancellationToken cancellationToken)
    {
        if (message.ItemId is null || await releases.FindAsync(message.Release, cancellationToken) is not { } release) return text;
        var document = (await process.FindAsync(release.ProcessVersion, cancellationToken) ?? process.Current).Document;
        return text.Fill(new MessageValues(
            document.Product.Name,
            release.Version,
            release.Title,
            release.TargetDate,
            document.FindReleaseType(release.Type)?.Title ?? release.Type,
            address.Of(NoteSubject.PublicPath(release.Version)),
            document.Product.SupportAddress,
            document.Product.FeedbackAddress), MarkdownText.Escape);
    }
}
