using System.Text;

namespace Athena.Dashboard.Platform.Kernel;

/// <summary>How texts from outside are read: bytes that are not UTF-8 are refused and not replaced.</summary>
public static class StrictUtf8
{
    /// <summary>Throws <see cref="DecoderFallbackException"/> at the first such byte; writes no byte order mark.</summary>
    public static Encoding Encoding { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
