using System.Text;
using Athena.Dashboard.Process.Domain;
using Athena.Dashboard.Process.Domain.Yaml;

namespace Athena.Dashboard.Tests.Process;

/// <summary>Whatever is done to the document, reading it ends with a value or with errors that point into the text.</summary>
public sealed class ProcessMutationTests
{
    private static readonly string[] Pieces =
        ["", " ", "\n", "\t", ":", "-", "- ", "[", "]", "{", "}", "\"", "'", "#", "&a ", "*a", "!x ", "|", ">", "%", "?", "---", "...", "\\", "\0", "\u2028", "\ud83d", "🎉", "null", "~", "-1d", "101", "9999999999999999999999", "<<: ", "0x1F", "\r\n"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_damaged_process_document_never_throws_and_every_error_has_a_place(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 120; round++)
        {
            var text = Damage(DefaultProcess.Source, random, random.Next(1, 6));
            var reading = ProcessYaml.Read(text);
            Check(reading, text, $"seed {seed}, round {round}");
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void A_damaged_plan_never_throws_and_every_error_has_a_place(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 2000; round++)
        {
            var text = Damage(SpecText.Rollout, random, random.Next(1, 8));
            var reading = RolloutPlanYaml.Read(text, DefaultProcess.Document.Metrics);
            Check(reading, text, $"seed {seed}, round {round}");
            if (reading.Value is { } plan)
                RolloutPlanYaml.Read(RolloutPlanYaml.Write(plan), DefaultProcess.Document.Metrics).Problems.ShouldBeEmpty($"seed {seed}, round {round}");
        }
    }

    [Theory]
    [InlineData(6)]
    public void Lines_that_are_lost_doubled_or_moved_never_make_the_reader_throw(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 120; round++)
        {
            var lines = DefaultProcess.Source.Split('\n').ToList();
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                var (from, to) = (random.Next(lines.Count), random.Next(lines.Count));
                switch (random.Next(4))
                {
                    case 0: lines.RemoveAt(from); break;
                    case 1: lines.Insert(from, lines[from]); break;
                    case 2: (lines[from], lines[to]) = (lines[to], lines[from]); break;
                    default: lines[from] = "  " + lines[from]; break;
                }
            }

            var text = string.Join('\n', lines);
            Check(ProcessYaml.Read(text), text, $"seed {seed}, round {round}");
        }
    }

    private static string Damage(string source, Random random, int times)
    {
        var text = new StringBuilder(source);
        for (var i = 0; i < times; i++)
        {
            var at = random.Next(text.Length);
            if (random.Next(2) == 0) text.Remove(at, Math.Min(random.Next(1, 12), text.Length - at));
            text.Insert(Math.Min(at, text.Length), Pieces[random.Next(Pieces.Length)]);
        }

        return text.ToString();
    }

    private static void Check<T>(Reading<T> reading, string text, string run)
        where T : class
    {
        (reading.Value is null).ShouldBe(reading.Problems.Length > 0, run);
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        foreach (var problem in reading.Problems)
        {
            problem.Line.ShouldBeInRange(1, lines.Length + 1, run);
            problem.Column.ShouldBeInRange(1, lines[Math.Min(problem.Line, lines.Length) - 1].Length + 2, $"{run}: {problem}");
            problem.Message.ShouldNotBeEmpty(run);
        }
    }
}
