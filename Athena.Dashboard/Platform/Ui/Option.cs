namespace Athena.Dashboard.Platform.Ui;

/// <summary>One choice of a <see cref="Select{TValue}"/> or a <see cref="Segments{TValue}"/>.</summary>
/// <param name="Disabled">Shown, but not to be chosen.</param>
public sealed record Option<TValue>(TValue Value, string Text, bool Disabled = false);
