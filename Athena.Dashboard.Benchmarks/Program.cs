using Athena.Dashboard.Benchmarks;
using Athena.Dashboard.Benchmarks.Evidence;
using Athena.Dashboard.Benchmarks.Flags;
using Athena.Dashboard.Benchmarks.OverHttp;
using Athena.Dashboard.Benchmarks.Rollouts;
using Athena.Dashboard.Benchmarks.Starting;
using Athena.Dashboard.Benchmarks.Watching;

var commands = new Dictionary<string, (string Does, Func<int> Run)>(StringComparer.Ordinal)
{
    ["flags"] = ("one flag evaluation against Microsoft.FeatureManagement", FlagFigures.Run),
    ["serving"] = ("flags over HTTP on one core against Unleash's server from npm; needs wrk, taskset, npm and PostgreSQL", ServingFigures.Run),
    ["streams"] = ("5,000 streams: accepting, memory, and how soon the last has been told of a change", StreamFigures.Run),
    ["loading"] = ("from start to ready with 10,000 flags and 1,000 segments, against the limit of 2 s", LoadingFigures.Run),
    ["hub"] = ("what 1,000 chart viewers at a tick a second cost the server, against the limit of 15 % of one core", HubFigures.Run),
    ["start"] = ("from start to ready on an existing database, against the limit of 3 s", StartFigures.Run),
    ["rounds"] = ("one round of looks at 1,000 rollouts on one core, against the limit of 1 s, and the memory of their windows", RoundFigures.Run),
    ["ingest"] = ("reports for 1,000 rollouts over HTTP on one core, against 200,000 numbers a second, and what SIGTERM leaves of them; needs wrk and taskset", IngestFigures.Run),
    ["badbatch"] = ("from the first bad batch that suffices to the flag serving the old value, over HTTP, against the limit of 2 s", BadBatchFigures.Run),
    ["decision"] = ("how long a decision to roll back takes to be durable, against 5 ms, and whether it comes on time while reports saturate the server; needs wrk and taskset", DecisionFigures.Run),
    ["evidence"] = ("how often rules roll back what is healthy and how soon they find what is not; writes docs/evidence.md, about four minutes", EvidenceTable.Run),
};

if (args is [var name, ..] && commands.TryGetValue(name, out var command) && (args is [_] || (args is [_, "--program", var folder] && ProductProgram.TakeFrom(folder))))
    return command.Run();

Console.Error.WriteLine("Usage: dotnet run -c Release --project Athena.Dashboard.Benchmarks -- COMMAND [--program FOLDER]");
Console.Error.WriteLine("  --program    a folder that holds the published program, to measure it instead of the one built with the benchmarks");
foreach (var (known, (does, _)) in commands) Console.Error.WriteLine($"  {known,-12} {does}");
return args is ["--help"] ? 0 : 1;
