using System.ComponentModel.DataAnnotations;
using System.Net.Mail;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Athena.Dashboard.Communication;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Tests.Communication;

/// <summary>The way to a real mail server that wants STARTTLS and a name and password.</summary>
public sealed class SmtpTests : IDisposable
{
    private static readonly (string User, string Password) Account = ("athena", "a secret of the mail server");

    private readonly string folder = Directory.CreateTempSubdirectory("athena-mail-").FullName;

    [Fact]
    public async Task Mail_goes_out_encrypted_and_signed_in_to_a_server_whose_own_certificate_is_trusted_by_the_option()
    {
        var certificate = Certificate("localhost");
        using var smtp = await SmtpSink.StartAsync(certificate, Account);
        (await Mail(smtp, "localhost", options => options.Certificate = certificate).SendAsync(Letter() with { Subject = "Test\r\nBcc: other@example.org" })).ShouldBeEmpty();
        var taken = smtp.Mails.ShouldHaveSingleItem();
        (taken.Tls, taken.SignedIn).ShouldBe((true, true));
        taken.Header("Subject").ShouldBe("Test Bcc: other@example.org");
        taken.Header("Bcc").ShouldBeNull();
        smtp.Tries.ShouldHaveSingleItem().ShouldEndWith("athena tls good");
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused_in_words_before_the_password_is_told()
    {
        using var smtp = await SmtpSink.StartAsync(Certificate("localhost"), Account);
        var refused = await Should.ThrowAsync<SmtpException>(() => Mail(smtp, "localhost").SendAsync(Letter()));
        refused.Message.ShouldContain("certificate of the mail server localhost is not trusted");
        refused.Message.ShouldContain("Athena:Mail:Certificate");
        (smtp.Mails.Count, smtp.Tries.Length).ShouldBe((0, 0));
    }

    [Fact]
    public async Task A_trusted_certificate_for_another_name_is_refused_too()
    {
        var certificate = Certificate("mail.example.org");
        using var smtp = await SmtpSink.StartAsync(certificate, Account);
        var refused = await Should.ThrowAsync<SmtpException>(() => Mail(smtp, "localhost", options => options.Certificate = certificate).SendAsync(Letter()));
        refused.Message.ShouldContain("or is for another name");
        (smtp.Mails.Count, smtp.Tries.Length).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Nothing_is_sent_to_a_server_that_does_not_offer_encryption()
    {
        using var smtp = await SmtpSink.StartAsync();
        var refused = await Should.ThrowAsync<SmtpException>(() => Mail(smtp, "127.0.0.1", options => (options.User, options.Password) = ("", "")).SendAsync(Letter()));
        refused.Message.ShouldContain("secure connections");
        smtp.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_stands_in_no_message()
    {
        var certificate = Certificate("localhost");
        using var smtp = await SmtpSink.StartAsync(certificate, Account);
        var mail = Mail(smtp, "localhost", options => (options.Certificate, options.Password) = (certificate, "the wrong secret"));
        var refused = await Should.ThrowAsync<SmtpException>(() => mail.SendAsync(Letter()));
        refused.ToString().ShouldNotContain("the wrong secret");
        refused.Message.ShouldContain("uthentication");
        smtp.Tries.ShouldAllBe(line => line.EndsWith("athena tls wrong", StringComparison.Ordinal));
        smtp.Mails.ShouldBeEmpty();
    }

    [Fact]
    public void A_certificate_that_cannot_be_read_stops_the_start()
    {
        var nothing = Path.Combine(folder, "nothing.pem");
        Faults(nothing).ShouldHaveSingleItem().ShouldBe($"Certificate: the file '{nothing}' cannot be read.");
        File.WriteAllText(nothing, "no certificate");
        Faults(nothing).ShouldHaveSingleItem().ShouldBe($"Certificate: the file '{nothing}' holds no certificate.");
        Faults(Certificate("localhost")).ShouldBeEmpty();
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static IEnumerable<string?> Faults(string certificate) =>
        new MailOptions { Certificate = certificate }.Validate(new ValidationContext(new object())).Select(fault => fault.ErrorMessage);

    private static OutgoingMail Letter() => new("<1@example.org>", null, ["somebody@example.org"], "Test", "Text", "<p>Text</p>");

    private static SmtpMail Mail(SmtpSink smtp, string host, Action<MailOptions>? change = null)
    {
        var options = new MailOptions { Host = host, Port = smtp.Port, From = "releases@example.org", User = Account.User, Password = Account.Password, TimeoutSeconds = 300 };
        change?.Invoke(options);
        return new SmtpMail(Options.Create(options));
    }

    /// <summary>A file with a certificate of its own making and its key.</summary>
    private string Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N") + ".pem");
        File.WriteAllText(path, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        return path;
    }
}
