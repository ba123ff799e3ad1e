using System.Globalization;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Process.Contracts;

/// <summary>A new version of the process came into force.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Sha256">Hash of its text.</param>
/// <param name="Differences">How many places differ from the version before; 0 for the first.</param>
public sealed record ProcessApplied(int Number, string Sha256, int Differences) : IDomainEvent
{
    public Subject Subject => ProcessSubject.Of(Number);
}

/// <summary>How events, audit and hub groups name a version of the process.</summary>
public static class ProcessSubject
{
    public const string Kind = "process";

    public static Subject Of(int number) => new(Kind, number.ToString(CultureInfo.InvariantCulture));
}
