using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Process.Contracts;

/// <summary>A checklist that must be done before a release may pass from one state to the next.</summary>
/// <param name="Key"><c>pre-development</c>, <c>development</c>, <c>pre-release</c>, <c>production</c>.</param>
public sealed record GateSet(string Key, string Title, ReleaseState From, ReleaseState To, ImmutableArray<GateItem> Items);

/// <param name="Key">Lower case with hyphens; unique over all sets.</param>
/// <param name="Title">The process's wording.</param>
/// <param name="Owners">The roles that may tick it, the first of which is asked to; at least one.</param>
/// <param name="Check">
/// Name of an automated check that settles the item, or null. Where no part of the product supplies a check of that
/// name, people tick the item as any other.
/// </param>
public sealed record GateItem(string Key, string Title, ImmutableArray<Role> Owners, string? Check);
