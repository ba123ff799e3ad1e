using Markdig;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Renderers;

namespace Athena.Dashboard.Platform.Text;

/// <summary>
/// A piece of work that has to end by itself when its time is over: the machine's, whatever the product's clock says. On a
/// busy machine the work may hardly have begun by then, so the process has to have had as much of the processor besides.
/// </summary>
internal sealed class Deadline(TimeSpan mostTime)
{
    private readonly long start = TimeProvider.System.GetTimestamp();
    private readonly TimeSpan usedBefore = Environment.CpuUsage.TotalTime;

    /// <exception cref="DeadlineExceededException">The time is over.</exception>
    public void Check()
    {
        if (TimeProvider.System.GetElapsedTime(start) > mostTime && Environment.CpuUsage.TotalTime - usedBefore > mostTime) throw new DeadlineExceededException();
    }
}

internal sealed class DeadlineExceededException : Exception;

/// <summary>
/// Markdig cannot be cancelled. This asks for the time at every line and at every character that may mean something,
/// before Markdig's own parsers do, and never takes part in the parsing.
/// </summary>
internal sealed class ParsingDeadline : IMarkdownExtension
{
    private static readonly object Key = new();

    public static MarkdownParserContext ContextOf(Deadline deadline)
    {
        var context = new MarkdownParserContext();
        context.Properties[Key] = deadline;
        return context;
    }

    public void Setup(MarkdownPipelineBuilder pipeline)
    {
        pipeline.BlockParsers.Insert(0, new Lines());
        pipeline.InlineParsers.Insert(0, new Characters());
    }

    public void Setup(MarkdownPipeline pipeline, IMarkdownRenderer renderer)
    {
    }

    private static void Check(MarkdownParserContext? context)
    {
        if (context?.Properties.TryGetValue(Key, out var deadline) is true) ((Deadline)deadline).Check();
    }

    private sealed class Lines : BlockParser
    {
        public override BlockState TryOpen(BlockProcessor processor)
        {
            Check(processor.Context);
            return BlockState.None;
        }
    }

    private sealed class Characters : InlineParser
    {
        public Characters() => OpeningCharacters = [.. "[]!*_~`<&|\\:hwmf\n"];

        public override bool Match(InlineProcessor processor, ref StringSlice slice)
        {
            Check(processor.Context);
            return false;
        }
    }
}
