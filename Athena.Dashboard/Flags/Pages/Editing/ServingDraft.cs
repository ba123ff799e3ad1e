using System.Globalization;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Pages.Editing;

/// <summary>
/// What somebody gets, while it is written. A split is written in percent, in steps of 0.001; one that came with other
/// weights (1 : 2, from an import) is written in these parts.
/// </summary>
public sealed class ServingDraft
{
    /// <summary>The one variant, or null for a split.</summary>
    public string? Variant { get; set; }

    public List<ShareDraft> Shares { get; } = [];

    public string By { get; set; } = ContextNames.TargetingKey;

    public string Salt { get; private init; } = Serving.VariantSalt;

    public bool IsPercent { get; private init; } = true;

    public bool IsSplit => Variant is null;

    public decimal Sum => Shares.Sum(share => share.Part ?? 0);

    public static ServingDraft Of(Serving serving)
    {
        var isPercent = serving.Split.IsEmpty || serving.Total == Percentage.Whole;
        var draft = new ServingDraft { Variant = serving.Variant, By = serving.By, Salt = serving.Salt, IsPercent = isPercent };
        draft.Shares.AddRange(serving.Split.Select(share => new ShareDraft(share.Variant) { Part = isPercent ? share.Weight / 1000m : share.Weight }));
        return draft;
    }

    /// <summary>Splits over these variants, as evenly as steps of 0.001 % allow; the first take what is over.</summary>
    public void Split(IReadOnlyCollection<string> variants)
    {
        Variant = null;
        Shares.Clear();
        Shares.AddRange(variants.Select(variant => new ShareDraft(variant)));
        Divide();
    }

    /// <summary>Gives every variant the same.</summary>
    public void Divide()
    {
        for (var i = 0; i < Shares.Count; i++)
            Shares[i].Part = IsPercent ? (Percentage.Whole / Shares.Count + (i < Percentage.Whole % Shares.Count ? 1 : 0)) / 1000m : 1;
    }

    /// <summary>What this variant may take so that the whole is 100 %; null where there is nothing to take.</summary>
    public decimal? Rest(ShareDraft share) =>
        IsPercent && 100 - Sum + (share.Part ?? 0) is var rest and >= 0 && rest != share.Part ? rest : null;

    /// <summary>What is wrong here before anybody is asked; null when nothing is.</summary>
    public string? Fault =>
        !IsSplit ? null
        : Shares.Any(share => share.Part is null or < 0 || WeightOf(share) is null) ? IsPercent ? "Shares are 0 to 100 in steps of 0.001." : "Parts are whole numbers from 0."
        : IsPercent && Sum != 100 ? $"The shares make {Sum.ToString("0.###", CultureInfo.InvariantCulture)} %, not 100 %."
        : null;

    public Serving ToServing() => IsSplit
        ? new Serving { Split = [.. Shares.Select(share => new Share(share.Variant, WeightOf(share) ?? -1))], By = By.Trim(), Salt = Salt }
        : Serving.Of(Variant!);

    private int? WeightOf(ShareDraft share) =>
        (share.Part ?? -1) * (IsPercent ? 1000 : 1) is var weight and >= 0 and <= Serving.LargestWeight && weight == decimal.Truncate(weight) ? (int)weight : null;
}

/// <summary>One variant of a split.</summary>
public sealed class ShareDraft(string variant)
{
    public string Variant { get; } = variant;

    /// <summary>Percent, or parts.</summary>
    public decimal? Part { get; set; }
}
