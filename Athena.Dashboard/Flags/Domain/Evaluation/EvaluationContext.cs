using System.Text;
using System.Text.Json;

namespace Athena.Dashboard.Flags.Domain.Evaluation;

/// <summary>
/// What is known of the user whom a flag is evaluated for. Made once and used again for the next user: reading a body
/// into it allocates nothing once its buffers have grown. Not for use by two threads at a time.
/// </summary>
public sealed class EvaluationContext
{
    /// <summary>Nesting beyond this is refused as malformed.</summary>
    public const int MaxDepth = 16;

    /// <summary>Elements of lists that are looked at; a context with more is refused.</summary>
    public const int MaxElements = 1_000;

    private AttributeTable table = AttributeTable.Initial;
    private Value[] values = new Value[8];
    private byte[] text = new byte[512];
    private int textLength;
    private Value[] elements = [];
    private int elementCount;
    private byte[] memberships = [];
    private Answer?[] served = [];
    private char[] characters = new char[256];

    private enum Kind : byte
    {
        Missing,
        Text,
        Number,
        Boolean,
        List,
    }

    /// <summary>What is known already of this user's membership of each segment, by the segment's number.</summary>
    internal Span<byte> Memberships => memberships;

    /// <summary>What flags that others need serve to this user, by their number. Both hold for one snapshot.</summary>
    internal Span<Answer?> Served => served;

    /// <summary>Forgets the last user.</summary>
    public void Begin(AttributeTable attributes)
    {
        table = attributes;
        if (values.Length < table.Count) values = new Value[table.Count + 8];
        else Array.Clear(values);
        if (memberships.Length < table.SegmentCount) memberships = new byte[table.SegmentCount + 8];
        else Array.Clear(memberships);
        if (served.Length < table.NeededCount) served = new Answer?[table.NeededCount + 8];
        else Array.Clear(served);
        (textLength, elementCount) = (0, 0);
    }

    /// <summary>Sets an attribute by hand. Ignored when no flag asks for it.</summary>
    public void Set(string name, string value)
    {
        var number = table[name];
        if (number < 0) return;
        EnsureRoom(Encoding.UTF8.GetMaxByteCount(value.Length));
        var length = Encoding.UTF8.GetBytes(value, text.AsSpan(textLength));
        values[number] = Append(Kind.Text, length);
    }

    /// <summary>Reads an OFREP request, <c>{"context": {…}}</c>. An empty or missing context is one without attributes.</summary>
    /// <returns>Null when it could be read.</returns>
    public ContextFault? Read(ReadOnlySpan<byte> body, AttributeTable attributes)
    {
        Begin(attributes);
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject) return ContextFault.Parse("The body has to be a JSON object with the member \"context\".");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isContext = reader.ValueTextEquals("context"u8);
                reader.Read();
                if (!isContext)
                {
                    reader.Skip();
                    continue;
                }

                if (reader.TokenType != JsonTokenType.StartObject) return ContextFault.Invalid("\"context\" has to be an object.");
                if (ReadAttributes(ref reader) is { } fault) return fault;
            }

            // Finds what stands behind the object.
            reader.Read();
            return null;
        }
        catch (JsonException malformed)
        {
            return ContextFault.Parse($"The body is not valid JSON at line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}.");
        }
        catch (InvalidOperationException)
        {
            return ContextFault.Parse("A text in the body is not valid UTF-8.");
        }
    }

    /// <summary>The bytes of a single value; empty when missing or a list.</summary>
    public ReadOnlySpan<byte> TextOf(int number)
    {
        ref readonly var value = ref values[number];
        return value.Kind is Kind.Missing or Kind.List ? default : text.AsSpan(value.Start, value.Length);
    }

    /// <summary>The number of an attribute that a flag asks for, else -1.</summary>
    public int NumberOf(string name) => table[name];

    /// <summary>How many values an attribute has: none when missing, one, or as many as its list.</summary>
    public int CountOf(int number) => values[number].Kind switch
    {
        Kind.Missing => 0,
        Kind.List => values[number].Length,
        _ => 1,
    };

    /// <summary>The bytes of one of an attribute's values that is a text; empty when it is a number or a boolean.</summary>
    public ReadOnlySpan<byte> TextAt(int number, int index)
    {
        ref readonly var value = ref At(number, index);
        return value.Kind == Kind.Text ? text.AsSpan(value.Start, value.Length) : default;
    }

    /// <returns>False when that value is not a number.</returns>
    public bool TryNumberAt(int number, int index, out double parsed)
    {
        ref readonly var value = ref At(number, index);
        parsed = value.Number;
        return value.Kind == Kind.Number && double.IsFinite(parsed);
    }

    /// <summary>One of an attribute's values as characters; valid until the next call.</summary>
    /// <returns>False when that value is not a text.</returns>
    public bool TryCharactersAt(int number, int index, out ReadOnlySpan<char> found)
    {
        found = default;
        ref readonly var value = ref At(number, index);
        if (value.Kind != Kind.Text) return false;
        if (characters.Length < value.Length) characters = new char[value.Length * 2];
        found = characters.AsSpan(0, Encoding.UTF8.GetChars(text.AsSpan(value.Start, value.Length), characters));
        return true;
    }

    public bool Has(int number) => values[number].Kind != Kind.Missing;

    /// <summary>True when the value, or one element of the list, is in the set. A missing attribute is in no set.</summary>
    public bool IsAnyOf(int number, Utf8Set set)
    {
        ref readonly var value = ref values[number];
        switch (value.Kind)
        {
            case Kind.Text or Kind.Number or Kind.Boolean:
                return set.Contains(text.AsSpan(value.Start, value.Length));
            case Kind.List:
                foreach (ref readonly var element in elements.AsSpan(value.Start, value.Length))
                {
                    if (set.Contains(text.AsSpan(element.Start, element.Length))) return true;
                }

                return false;
            default:
                return false;
        }
    }

    private ContextFault? ReadAttributes(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = TryFindAttribute(ref reader, out var number);
            reader.Read();
            if (!wanted)
            {
                reader.Skip();
                continue;
            }

            if (number == AttributeTable.TargetingKey && reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
                return ContextFault.Invalid("\"targetingKey\" has to be a string.");
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray:
                    if (!TryReadList(ref reader, out values[number])) return ContextFault.Invalid($"Lists may have {MaxElements} elements in all.");
                    break;
                case JsonTokenType.StartObject:
                    values[number] = default;
                    reader.Skip();
                    break;
                default:
                    values[number] = ReadScalar(ref reader);
                    break;
            }
        }

        return null;
    }

    private bool TryFindAttribute(ref Utf8JsonReader reader, out int number)
    {
        if (!reader.ValueIsEscaped) return table.TryFind(reader.ValueSpan, out number);
        EnsureRoom(reader.ValueSpan.Length);
        var length = reader.CopyString(text.AsSpan(textLength));
        return table.TryFind(text.AsSpan(textLength, length), out number);
    }

    private bool TryReadList(ref Utf8JsonReader reader, out Value list)
    {
        var start = elementCount;
        list = default;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            if (reader.TokenType == JsonTokenType.Null) continue;
            if (elementCount == MaxElements) return false;
            if (elementCount == elements.Length) Array.Resize(ref elements, Math.Max(16, elements.Length * 2));
            elements[elementCount++] = ReadScalar(ref reader);
        }

        list = new Value(Kind.List, start, elementCount - start, 0);
        return true;
    }

    // Numbers and booleans keep the text that they were written as, which is what sets and buckets are asked with.
    private Value ReadScalar(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return default;
        EnsureRoom(reader.ValueSpan.Length);
        if (reader.TokenType == JsonTokenType.String) return Append(Kind.Text, reader.CopyString(text.AsSpan(textLength)));
        var number = double.NaN;
        if (reader.TokenType == JsonTokenType.Number && !reader.TryGetDouble(out number)) number = double.NaN;
        reader.ValueSpan.CopyTo(text.AsSpan(textLength));
        return Append(reader.TokenType == JsonTokenType.Number ? Kind.Number : Kind.Boolean, reader.ValueSpan.Length, number);
    }

    private Value Append(Kind kind, int length, double number = 0)
    {
        var value = new Value(kind, textLength, length, number);
        textLength += length;
        return value;
    }

    private ref readonly Value At(int number, int index)
    {
        ref readonly var value = ref values[number];
        return ref value.Kind == Kind.List ? ref elements[value.Start + index] : ref value;
    }

    private void EnsureRoom(int length)
    {
        if (text.Length - textLength >= length) return;
        Array.Resize(ref text, Math.Max(text.Length * 2, textLength + length));
    }

    private readonly record struct Value(Kind Kind, int Start, int Length, double Number);
}

/// <summary>Why a context could not be read, as OFREP says it.</summary>
public sealed record ContextFault(string ErrorCode, string Details)
{
    public static ContextFault Parse(string details) => new("PARSE_ERROR", details);

    public static ContextFault Invalid(string details) => new("INVALID_CONTEXT", details);
}
