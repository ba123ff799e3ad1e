namespace Athena.Dashboard.Health.Contracts;

/// <summary>Why a source that the product asks gives nothing to count. It explains a silence and is never a verdict.</summary>
/// <param name="Source">Its name in the configuration.</param>
/// <param name="Cause">What rules say that lack its counts.</param>
/// <param name="Detail">One sentence.</param>
public sealed record FeedTrouble(string Source, UndecidedCause Cause, string Detail);
