using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Athena.Dashboard.Tests.Infrastructure;

/// <summary>A real SMTP server (Debian's python3-aiosmtpd) on a port of its own, and the mails that it took.</summary>
public sealed class SmtpSink : IDisposable
{
    private readonly System.Diagnostics.Process process;
    private readonly string folder;

    private SmtpSink(System.Diagnostics.Process process, string folder, int port)
    {
        this.process = process;
        this.folder = folder;
        Port = port;
    }

    public int Port { get; }

    /// <param name="certificate">PEM with certificate and key for STARTTLS, without which it then takes nothing.</param>
    /// <param name="account">Name and password that whoever sends has to sign in with.</param>
    public static async Task<SmtpSink> StartAsync(string? certificate = null, (string User, string Password)? account = null)
    {
        var folder = Directory.CreateTempSubdirectory("athena-smtp-").FullName;
        // Debian's own: another python3 on the PATH would not see Debian's packages.
        var start = new ProcessStartInfo("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "Infrastructure", "smtp_sink.py"), folder, .. certificate is null ? (string[])[] : [certificate, certificate], .. account is { } one ? (string[])[one.User, one.Password] : []])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var process = System.Diagnostics.Process.Start(start)!;
        if (await process.StandardOutput.ReadLineAsync() is { } port) return new SmtpSink(process, folder, int.Parse(port, CultureInfo.InvariantCulture));
        throw new InvalidOperationException("The SMTP server for tests did not start. Debian: apt-get install python3-aiosmtpd. " + await process.StandardError.ReadToEndAsync());
    }

    /// <summary>In the order in which they were taken.</summary>
    public IReadOnlyList<TakenMail> Mails =>
        [.. new DirectoryInfo(folder).GetFiles("*.json").OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => TakenMail.Read(File.ReadAllText(file.FullName)))];

    /// <summary>Who tried to sign in, by which mechanism, over what, and whether it was good.</summary>
    public string[] Tries => File.Exists(Path.Combine(folder, "tries")) ? File.ReadAllLines(Path.Combine(folder, "tries")) : [];

    /// <summary>Refuses every mail for now.</summary>
    public bool Refuses
    {
        set => Set("refuse", value);
    }

    /// <summary>Takes mails and does not say so until this is false again.</summary>
    public bool Hangs
    {
        set => Set("hang", value);
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private void Set(string name, bool on)
    {
        var path = Path.Combine(folder, name);
        if (on) File.WriteAllText(path, "");
        else File.Delete(path);
    }
}

/// <param name="To">The envelope's recipients.</param>
/// <param name="Data">The mail as it came, headers and body.</param>
/// <param name="Tls">It came encrypted.</param>
/// <param name="SignedIn">Who sent it had signed in.</param>
public sealed record TakenMail(string From, IReadOnlyList<string> To, string Data, bool Tls, bool SignedIn)
{
    public static TakenMail Read(string json) => JsonSerializer.Deserialize<TakenMail>(json, JsonSerializerOptions.Web)!;

    /// <returns>The header's value with folded lines joined and MIME words decoded; null when there is none.</returns>
    public string? Header(string name)
    {
        var head = Data[..Data.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Replace("\r\n ", " ", StringComparison.Ordinal).Replace("\r\n\t", " ", StringComparison.Ordinal);
        var line = head.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));
        return line is null ? null : string.Concat(line[(name.Length + 1)..].Trim().Split(' ').Select((word, index) => Decode(word, index)));
    }

    /// <summary>Every part decoded, one after the other.</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder();
            foreach (var part in Data.Split("Content-Transfer-Encoding: ").Skip(1))
            {
                var (encoding, rest) = (part[..part.IndexOf('\r')], part[(part.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
                var body = rest.Split("\r\n--")[0];
                text.Append(encoding switch
                {
                    "base64" => Encoding.UTF8.GetString(Convert.FromBase64String(body.Replace("\r\n", "", StringComparison.Ordinal))),
                    "quoted-printable" => QuotedPrintable(body),
                    _ => body,
                });
            }

            return text.ToString();
        }
    }

    private static string Decode(string word, int index)
    {
        if (!word.StartsWith("=?utf-8?", StringComparison.OrdinalIgnoreCase)) return (index > 0 ? " " : "") + word;
        var parts = word.Split('?');
        return parts[2] is "B" or "b" ? Encoding.UTF8.GetString(Convert.FromBase64String(parts[3])) : QuotedPrintable(parts[3].Replace('_', ' '));
    }

    private static string QuotedPrintable(string text)
    {
        var bytes = new List<byte>();
        text = text.Replace("=\r\n", "", StringComparison.Ordinal);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '=') bytes.Add(Convert.ToByte(text.Substring((i += 2) - 1, 2), 16));
            else bytes.AddRange(Encoding.UTF8.GetBytes(text[i].ToString()));
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
