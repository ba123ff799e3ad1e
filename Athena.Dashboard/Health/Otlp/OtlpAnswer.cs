using System.Text;
using System.Text.Json;

namespace Athena.Dashboard.Health.Otlp;

/// <summary>Answers in the encoding of the request: the response of an export, or <c>google.rpc.Status</c>.</summary>
internal static class OtlpAnswer
{
    public const string Protobuf = "application/x-protobuf";
    public const string Json = "application/json";

    /// <summary><c>ExportMetricsServiceResponse</c>; empty when everything was taken.</summary>
    public static byte[] Taken(bool isJson, OtlpTaken taken)
    {
        if (taken.Rejected == 0) return isJson ? "{}"u8.ToArray() : [];
        if (isJson)
            // A whole number of 64 bits is a text there.
            return JsonSerializer.SerializeToUtf8Bytes(new { partialSuccess = new { rejectedDataPoints = taken.Rejected.ToString(System.Globalization.CultureInfo.InvariantCulture), errorMessage = taken.Why } });
        return Message([(1, Message([(1, (ulong)taken.Rejected, null), (2, 0, taken.Why)]))]);
    }

    /// <param name="code">Of google.rpc.Code.</param>
    public static byte[] Status(bool isJson, int code, string message) =>
        isJson ? JsonSerializer.SerializeToUtf8Bytes(new { code, message }) : Message([(1, (ulong)code, null), (2, 0, message)]);

    private static byte[] Message(ReadOnlySpan<(int Field, ulong Number, string? Text)> fields)
    {
        using var bytes = new MemoryStream();
        foreach (var (field, number, text) in fields)
        {
            if (text is null)
            {
                Varint(bytes, (ulong)field << 3);
                Varint(bytes, number);
            }
            else
            {
                Length(bytes, field, Encoding.UTF8.GetBytes(text));
            }
        }

        return bytes.ToArray();
    }

    private static byte[] Message(ReadOnlySpan<(int Field, byte[] Content)> fields)
    {
        using var bytes = new MemoryStream();
        foreach (var (field, content) in fields) Length(bytes, field, content);
        return bytes.ToArray();
    }

    private static void Length(MemoryStream bytes, int field, byte[] content)
    {
        Varint(bytes, ((ulong)field << 3) | 2);
        Varint(bytes, (ulong)content.Length);
        bytes.Write(content);
    }

    private static void Varint(MemoryStream bytes, ulong value)
    {
        for (; value >= 0x80; value >>= 7) bytes.WriteByte((byte)(value | 0x80));
        bytes.WriteByte((byte)value);
    }
}
