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
