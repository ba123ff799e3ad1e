namespace Athena.Dashboard.Health.Domain;

/// <summary>
/// Whether what a rule found is an incident that the control shares: then taking the feature back would help nobody,
/// and the rollout holds instead.
/// </summary>
public static class SharedIncident
{
    /// <summary>Standard deviations by which the exposed must fare worse before a control near the limit counts as well.</summary>
    private const double Apart = 3;

    /// <summary>
    /// An incident reaches both arms in the same minutes, but by chance one crosses a limit before the other. So it is
    /// shared when the control is beyond the limit too, or half-way there and not told apart from the exposed.
    /// </summary>
    /// <param name="needed">Samples that the rule needs; a control with fewer says nothing.</param>
    public static bool OfRates(double limit, long needed, long exposed, long exposedErrors, long control, long controlErrors)
    {
        if (control < Math.Max(1, needed) || exposed == 0) return false;
        var (rate, other) = ((double)exposedErrors / exposed, (double)controlErrors / control);
        if (other > limit) return true;
        if (other < limit / 2) return false;
        var pooled = (double)(exposedErrors + controlErrors) / (exposed + control);
        return rate - other < Apart * Math.Sqrt(pooled * (1 - pooled) * ((1.0 / exposed) + (1.0 / control)));
    }
}
