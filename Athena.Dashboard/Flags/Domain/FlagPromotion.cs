using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain;

/// <summary>Brings a setting from one environment to another.</summary>
public static class FlagPromotion
{
    /// <summary>Targeting and switch become those of the source. Its schedule stays behind: an instant was chosen for one environment.</summary>
    public static FlagEnvironment Promoted(this FlagEnvironment target, FlagEnvironment source) =>
        FlagSettings.Of(source).AppliedTo(target) with
        {
            Enabled = source.Enabled,
            EnableAt = source.Enabled ? null : target.EnableAt,
            DisableAt = target.DisableAt,
        };

    public static Outcome<Decision<FlagEnvironment>> Promote(this FlagEnvironment target, FlagEnvironment source, ChangeTerms terms)
    {
        var next = target.Promoted(source);
        return target.Put(FlagSettings.Of(next), next.Enabled, terms);
    }
}
