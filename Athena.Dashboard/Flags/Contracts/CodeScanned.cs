using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Contracts;

/// <summary>A checked-out repository was searched for the keys of flags.</summary>
/// <param name="Commit">The commit that was searched, 40 hexadecimal digits.</param>
/// <param name="References">Places found in all.</param>
public sealed record CodeScanned(string Repository, string Commit, int References) : IDomainEvent
{
    public const string SubjectKind = "code-references";

    public Subject Subject => new(SubjectKind, Repository);
}

/// <summary>Somebody wants a configured repository to be searched now.</summary>
public sealed record CodeSearchAsked(string Repository) : IDomainEvent
{
    public Subject Subject => new(CodeScanned.SubjectKind, Repository);
}

/// <summary>A search found out nothing.</summary>
public sealed record CodeSearchFailed(string Repository, string Reason) : IDomainEvent
{
    public Subject Subject => new(CodeScanned.SubjectKind, Repository);
}
