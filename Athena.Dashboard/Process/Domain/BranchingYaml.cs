using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain.Yaml;

namespace Athena.Dashboard.Process.Domain;

/// <summary>Kinds of branch and their protection.</summary>
internal static class BranchingYaml
{
    private const int MostReviews = 10;

    public static BranchingRules Read(FieldMap map)
    {
        var keys = new Dictionary<string, int>(StringComparer.Ordinal);
        return new BranchingRules(map.Text("model"), map.SomeMaps("branches", item => Kind(item, keys)));
    }

    private static BranchKind Kind(FieldMap map, Dictionary<string, int> keys) =>
        new(
            map.Key("key", keys),
            map.Text("title"),
            map.Need("pattern", "", Pattern),
            map.Texts("rules"),
            map.Texts("examples"),
            map.Has("protection") ? map.Map("protection", Protection) : null);

    private static string Pattern(Place at)
    {
        var pattern = at.Text();
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (pattern.Any(char.IsWhiteSpace) || (star >= 0 && star != pattern.Length - 1))
            at.Complain("This is not a pattern of branches.", "a branch name, or a prefix that ends in *");
        return pattern;
    }

    private static BranchProtection Protection(FieldMap map) =>
        new(
            map.Need("required_reviews", 0, at => at.Whole(0, MostReviews)),
            map.Flag("dismiss_stale_reviews"),
            map.Flag("require_code_owner_reviews"),
            map.Texts("required_status_checks"));
}
