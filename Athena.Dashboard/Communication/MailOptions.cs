using System.ComponentModel.DataAnnotations;
using Athena.Dashboard.Communication.Domain;

namespace Athena.Dashboard.Communication;

/// <summary>The way out for mail; section <c>Athena:Mail</c>.</summary>
public sealed class MailOptions : IValidatableObject
{
    public const string Section = "Athena:Mail";

    /// <summary>Name or address of the SMTP server. Empty (default): there is none, and messages wait visibly.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its port. 1 to 65535, default 587 (submission).</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 587;

    /// <summary>Ask the server for STARTTLS and send nothing without it. Default true; false only for a server on this machine.</summary>
    public bool Tls { get; set; } = true;

    /// <summary>
    /// A PEM file with the certificate of the server, or of who issued it, to be trusted besides those that the system
    /// trusts: for a server with a certificate of its own making. Empty (default): the system's alone.
    /// </summary>
    public string Certificate { get; set; } = "";

    /// <summary>Name to sign in to the server with. Empty (default): without signing in.</summary>
    public string User { get; set; } = "";

    /// <summary>Password of <see cref="User"/>.</summary>
    public string Password { get; set; } = "";

    /// <summary>The address that mail comes from; needed with <see cref="Host"/>.</summary>
    public string From { get; set; } = "";

    /// <summary>Seconds that sending one mail may take. 1 to 300, default 30.</summary>
    [Range(1, 300)]
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>Recipients of one mail; longer lists go out in several under the same Message-ID. 1 to 1000, default 50.</summary>
    [Range(1, 1000)]
    public int MostRecipients { get; set; } = 50;

    /// <summary>Where people reach this dashboard, e.g. <c>https://releases.example.org</c>; links in mail begin with it. Empty (default): the first address that it listens on.</summary>
    public string PublicUrl { get; set; } = "";

    public bool IsConfigured => Host.Length > 0;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (IsConfigured && !RecipientList.IsAddress(From)) yield return new ValidationResult($"From: '{From}' is no mail address, and with Host one is needed.", [nameof(From)]);
        if (Certificate.Length > 0 && MailTrust.FaultOf(Certificate) is { } fault) yield return new ValidationResult($"Certificate: the file '{Certificate}' {fault}.", [nameof(Certificate)]);
        if (User.Length > 0 && Password.Length == 0) yield return new ValidationResult("Password is needed with User.", [nameof(Password)]);
        if (PublicUrl.Length > 0 && !(Uri.TryCreate(PublicUrl, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
            yield return new ValidationResult($"PublicUrl: '{PublicUrl}' is not an address that begins with http:// or https://.", [nameof(PublicUrl)]);
    }
}
