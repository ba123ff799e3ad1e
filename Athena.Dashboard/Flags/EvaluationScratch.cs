using Athena.Dashboard.Flags.Domain.Evaluation;
using Microsoft.Extensions.ObjectPool;

namespace Athena.Dashboard.Flags;

/// <summary>What one evaluation request works with; pooled, so that a request allocates none of it.</summary>
internal sealed class EvaluationScratch
{
    private byte[] body = new byte[2_048];
    private Answer[] answers = [];

    public static ObjectPool<EvaluationScratch> Pool { get; } = new DefaultObjectPool<EvaluationScratch>(new DefaultPooledObjectPolicy<EvaluationScratch>(), 256);

    public EvaluationContext Context { get; } = new();

    public Span<Answer> AnswersFor(int count)
    {
        if (answers.Length < count) answers = new Answer[count];
        return answers.AsSpan(0, count);
    }

    /// <returns>The whole body, valid until the next read; null when it is longer than <paramref name="most"/>.</returns>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, int most)
    {
        if (request.ContentLength > most) return null;
        var length = 0;
        while (true)
        {
            if (length == body.Length) Array.Resize(ref body, body.Length * 2);
            var read = await request.Body.ReadAsync(body.AsMemory(length), request.HttpContext.RequestAborted);
            if (read == 0) return body.AsMemory(0, length);
            length += read;
            if (length > most) return null;
        }
    }
}
