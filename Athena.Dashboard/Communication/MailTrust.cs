using System.Collections.Immutable;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Athena.Dashboard.Communication;

/// <summary>
/// Certificates that mail servers may show besides those that the system trusts. The framework's mail client asks one
/// callback of the whole process, and nothing else in the product does.
/// </summary>
internal static class MailTrust
{
    private static readonly Lock Gate = new();
    private static ImmutableArray<X509Certificate2> trusted = [];

    /// <summary>Trusts what a PEM file holds, from now on.</summary>
    public static void Add(string file)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(file);
        lock (Gate)
        {
            trusted = [.. trusted, .. certificates];
#pragma warning disable SYSLIB0014, MA0039 // Obsolete for web requests; the mail client has no other place to be told what to trust besides.
            ServicePointManager.ServerCertificateValidationCallback = IsTrusted;
#pragma warning restore SYSLIB0014, MA0039
        }
    }

    /// <summary>Why a file cannot be taken, or null.</summary>
    public static string? FaultOf(string file)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(file);
            return certificates.Count > 0 ? null : "holds no certificate";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return failure is CryptographicException ? "holds no certificate" : "cannot be read";
        }
    }

    // A certificate for another name, or none at all, is never taken.
    private static bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is null) return false;
        using var shown = new X509Certificate2(certificate);
        var isUnknownOnly = chain?.ChainStatus.All(status => status.Status is X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain) == true;
        if (isUnknownOnly && trusted.Any(one => one.RawDataMemory.Span.SequenceEqual(shown.RawDataMemory.Span))) return true;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(trusted.ToArray());
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (chain is not null) own.ChainPolicy.ExtraStore.AddRange(chain.ChainElements.Select(element => element.Certificate).ToArray());
        return own.Build(shown);
    }
}
