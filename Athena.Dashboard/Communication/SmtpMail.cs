using System.Collections.Immutable;
using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Security.Authentication;
using System.Text;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Communication;

/// <summary>Hands mail to the SMTP server.</summary>
public sealed class SmtpMail
{
    public SmtpMail(IOptions<MailOptions> options)
    {
        Options = options.Value;
        if (Options.Certificate.Length > 0) MailTrust.Add(Options.Certificate);
    }

    public MailOptions Options { get; }

    /// <returns>Addresses that the server would not take, while it took the mail for all others; empty when it took all.</returns>
    /// <exception cref="SmtpException">The server did not take the mail, or did not answer.</exception>
    /// <exception cref="TimeoutException">It took longer than <see cref="MailOptions.TimeoutSeconds"/>.</exception>
    public async Task<ImmutableArray<string>> SendAsync(OutgoingMail mail)
    {
        using var message = Compose(mail);
        using var client = new SmtpClient(Options.Host, Options.Port) { EnableSsl = Options.Tls };
        if (Options.User.Length > 0) client.Credentials = new NetworkCredential(Options.User, Options.Password);
        // Not cancelled with the program: what is on its way is better finished than sent twice.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(Options.TimeoutSeconds));
        try
        {
            await client.SendMailAsync(message, limit.Token);
            return [];
        }
        catch (SmtpFailedRecipientsException refused) when (refused.InnerExceptions.Length < mail.Recipients.Length)
        {
            return [.. refused.InnerExceptions.Select(failure => failure.FailedRecipient?.Trim('<', '>') ?? "?")];
        }
        catch (SmtpFailedRecipientException refused) when (mail.Recipients.Length > 1)
        {
            return [refused.FailedRecipient?.Trim('<', '>') ?? "?"];
        }
        catch (AuthenticationException refused)
        {
            throw NotTrusted(refused);
        }
        catch (SmtpException failed) when (failed.InnerException is AuthenticationException refused)
        {
            throw NotTrusted(refused);
        }
        catch (OperationCanceledException late)
        {
            throw new TimeoutException(FormattableString.Invariant($"The mail server did not answer within {Options.TimeoutSeconds} s."), late);
        }
    }

    private SmtpException NotTrusted(AuthenticationException refused) =>
        new($"The certificate of the mail server {Options.Host} is not trusted, or is for another name; nothing was sent. Athena:Mail:Certificate can name a file with one to trust.", refused);

    private MailMessage Compose(OutgoingMail mail)
    {
        var message = new MailMessage
        {
            From = new MailAddress(Options.From),
            // A line break would begin another header; the title of a gate item may hold one.
            Subject = mail.Subject.ReplaceLineEndings(" "),
            SubjectEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
        };
        message.Headers["Message-ID"] = mail.MailId;
        if (mail.InReplyTo is { } original)
        {
            message.Headers["In-Reply-To"] = original;
            message.Headers["References"] = original;
        }

        // Nobody learns who else is on a list.
        if (mail.Recipients.Length == 1) message.To.Add(mail.Recipients[0]);
        else foreach (var recipient in mail.Recipients) message.Bcc.Add(recipient);
        message.AlternateViews.Add(AlternateView.CreateAlternateViewFromString(mail.Text, Encoding.UTF8, MediaTypeNames.Text.Plain));
        message.AlternateViews.Add(AlternateView.CreateAlternateViewFromString(
            $"<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title></title></head><body>{mail.Html}</body></html>", Encoding.UTF8, MediaTypeNames.Text.Html));
        return message;
    }
}

/// <param name="MailId">The Message-ID header, angle brackets included.</param>
/// <param name="Text">The Markdown, for readers of plain text.</param>
/// <param name="Html">The same, rendered safely.</param>
public sealed record OutgoingMail(string MailId, string? InReplyTo, ImmutableArray<string> Recipients, string Subject, string Text, string Html);
