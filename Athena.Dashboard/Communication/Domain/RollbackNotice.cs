using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Communication.Domain;

/// <summary>What those inside read at once when a rollout in production is taken back. Nothing that holds announcements holds it.</summary>
public static class RollbackNotice
{
    /// <summary>Behind everything that the process plans.</summary>
    public const int Position = 10_000;

    private const string Prefix = "rollback-notice-";

    /// <summary>One for each list and rollout: a release can have several.</summary>
    public static string KeyOf(string list, Guid rolloutId) => $"{Prefix}{list}-{rolloutId:N}";

    public static bool Is(string key) => key.StartsWith(Prefix, StringComparison.Ordinal);

    /// <param name="escape">What is done in the body, which is Markdown, to words that people wrote.</param>
    public static MessageText Of(Rollback rollback, Func<string, string> escape)
    {
        var (rollout, at) = (rollback.Rollout, rollback.DecidedAt.ToString("MMMM d, yyyy 'at' HH:mm 'UTC'", CultureInfo.InvariantCulture));
        return new MessageText(
            "Rolled back: {product} v{version}, " + rollout.FlagKey,
            $"**{{product}} v{{version}} – {{title}}**: `{rollout.FlagKey}` is taken back in {escape(rollout.Environment)}, decided {at} by {escape(rollback.DecidedBy)}.\n\nWhy: {escape(rollback.Reason)}\n\nUsers are on the previous behaviour and have to do nothing. Announcements of this release are held. Tell users who ask just that, and pass on what they report at once.");
    }

    /// <param name="held">Messages that do not go out for now.</param>
    /// <param name="told">Keys of the lists.</param>
    public static string Sentence(int held, ImmutableArray<string> told)
    {
        var announcements = held switch
        {
            0 => "No announcement was open",
            1 => "1 announcement is held",
            _ => FormattableString.Invariant($"{held} announcements are held"),
        };
        return told.IsEmpty ? announcements + "." : $"{announcements}; {string.Join(" and ", told.Select(RecipientList.TitleOf))} are written to.";
    }
}
