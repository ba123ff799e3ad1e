using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain;

/// <summary>How the search of one configured repository stands.</summary>
public sealed record CodeSearchState : IVersioned
{
    public required string Repository { get; init; }

    /// <summary>When somebody asked for it; null once it has begun, and where nobody has.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>Null where it never began.</summary>
    public DateTimeOffset? BegunAt { get; init; }

    /// <summary>Null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When it last found out something; null for never.</summary>
    public DateTimeOffset? WorkedAt { get; init; }

    /// <summary>Why the last one found out nothing; null when it did.</summary>
    public string? Failure { get; init; }

    /// <summary>Files read by now, of <see cref="Total"/>.</summary>
    public int Done { get; init; }

    public int Total { get; init; }

    /// <summary>Files that were too large, the last time that it worked.</summary>
    public int LeftOut { get; init; }

    /// <summary>Somebody wants it to end.</summary>
    public bool Stops { get; init; }

    public long Version { get; init; } = 1;

    public bool IsRunning => BegunAt is not null && EndedAt is null;

    /// <summary>Whether somebody asked for it and it has not begun.</summary>
    public bool Waits => AskedAt is not null;

    /// <summary>Whether it is to begin: never done, asked for, its time come, or broken off by the end of a process.</summary>
    public bool IsDue(TimeSpan every, DateTimeOffset now) => BegunAt is null || Waits || IsRunning || now - BegunAt >= every;

    public CodeSearchState Begin(DateTimeOffset now) => this with { AskedAt = null, BegunAt = now, EndedAt = null, Done = 0, Total = 0, Stops = false };

    public CodeSearchState End(SearchEnd end, DateTimeOffset now) => end.Failure is null
        ? this with { EndedAt = now, WorkedAt = now, Failure = null, LeftOut = end.LeftOut, Stops = false }
        : this with { EndedAt = now, Failure = end.Failure, Stops = false };
}

/// <param name="Failure">Null when it worked.</param>
public readonly record struct SearchEnd(string? Failure, int LeftOut = 0);
