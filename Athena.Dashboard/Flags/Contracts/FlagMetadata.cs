namespace Athena.Dashboard.Flags.Contracts;

/// <summary>
/// Names and values in the metadata of an evaluation while a rollout owns the percentage. A client hands them back
/// with its health batches, which is how a request is counted to the right side.
/// </summary>
public static class FlagMetadata
{
    /// <summary>The rollout's id as a GUID in its 36-character form.</summary>
    public const string RolloutId = "rolloutId";

    /// <summary>One of <see cref="Exposed"/>, <see cref="Control"/> and <see cref="Outside"/>.</summary>
    public const string Arm = "arm";

    /// <summary>Gets the new behaviour.</summary>
    public const string Exposed = "exposed";

    /// <summary>Passes the conditions and is held back by the percentage.</summary>
    public const string Control = "control";

    /// <summary>Not eligible: the conditions do not match, or the flag is switched off. Relative rules ignore it.</summary>
    public const string Outside = "outside";
}
