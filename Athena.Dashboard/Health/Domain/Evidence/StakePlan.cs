namespace Athena.Dashboard.Health.Domain.Evidence;

/// <summary>
/// When how much is staked on harm that begins now: a third when the rollout begins, a tenth of what is left whenever a
/// stage begins (harm shows most where more are exposed), and 1/10,000 of it each minute: a third of the cash is still
/// there after a week. Harm that begins with a stage is found with log 3 or log 10 more evidence than if its moment had
/// been known, and at any other minute with some 9.2 to 10.2, less what neighbouring minutes add.
/// </summary>
/// <remarks>
/// Chosen before any data, so that it is part of the guarantee. The hourly starts of the form 1/(j(j+1)) pay 10.2 on
/// the seventh day as well, but harm rarely begins on the hour: until the next start the older stakes have to make up
/// for what the healthy part of the hour took from them.
/// </remarks>
public static class StakePlan
{
    public const double AtFirst = 1.0 / 3;

    public const double AtStage = 0.1;

    public const double EachMinute = 1e-4;

    /// <summary>The share for a batch that covers some time.</summary>
    public static double Over(TimeSpan time) => 1 - Math.Pow(1 - EachMinute, Math.Max(0, time.TotalMinutes));
}
