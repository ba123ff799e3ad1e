using System.Buffers;
using System.IO.Pipelines;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Microsoft.Extensions.ObjectPool;

namespace Athena.Dashboard.Flags.Ofrep;

/// <summary>What one evaluation request works with; pooled, so that a request allocates none of it.</summary>
internal sealed class EvaluationScratch
{
    private byte[] joined = new byte[2_048];
    private Answer[] answers = [];

    public static ObjectPool<EvaluationScratch> Pool { get; } = new DefaultObjectPool<EvaluationScratch>(new DefaultPooledObjectPolicy<EvaluationScratch>(), 256);

    public EvaluationContext Context { get; } = new();

    public Span<Answer> AnswersFor(int count)
    {
        if (answers.Length < count) answers = new Answer[count];
        return answers.AsSpan(0, count);
    }

    /// <summary>Waits for the whole body and reads the context out of it.</summary>
    public async ValueTask<ContextFault?> ReadAsync(HttpRequest request, AttributeTable attributes, int most)
    {
        // The protocol knows no 413, and its clients read only the body of a 400.
        if (request.ContentLength > most) return TooLarge(most);
        var body = request.BodyReader;
        while (true)
        {
            var read = await body.ReadAsync(request.HttpContext.RequestAborted);
            if (read.Buffer.Length > most)
            {
                body.AdvanceTo(read.Buffer.End);
                return TooLarge(most);
            }

            if (read.IsCompleted)
            {
                var fault = Context.Read(Contiguous(read.Buffer), attributes);
                body.AdvanceTo(read.Buffer.End);
                return fault;
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static ContextFault TooLarge(int most) => ContextFault.Invalid($"The request is larger than {most} bytes.");

    private ReadOnlySpan<byte> Contiguous(in ReadOnlySequence<byte> sequence)
    {
        if (sequence.IsSingleSegment) return sequence.FirstSpan;
        var length = (int)sequence.Length;
        if (joined.Length < length) joined = new byte[length];
        sequence.CopyTo(joined);
        return joined.AsSpan(0, length);
    }
}
