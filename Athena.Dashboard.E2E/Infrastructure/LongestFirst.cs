using Athena.Dashboard.E2E.Journeys;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Athena.Dashboard.E2E.Infrastructure.LongestFirst))]

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>The walks over all pages begin first: begun last, one of them would keep the run waiting alone.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long = [nameof(FullWorldJourney), nameof(ViewerJourney), nameof(EmptyWorldJourney), nameof(DemoJourney), nameof(KilledServerJourney), nameof(TwoPeopleJourney), nameof(NotesJourney)];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Array.FindIndex(Long, name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal)) is >= 0 and var place ? place : Long.Length)];
}
