using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>One short message at the edge of the page.</summary>
/// <param name="Refusal">Shown in full where the message is a refusal.</param>
public sealed record Toast(int Id, string Title, StateKind Kind, string? Text, Refusal? Refusal)
{
    /// <summary>A refusal stays until it is dismissed: it must be possible to read it to the end.</summary>
    public bool Stays => Refusal is not null || Kind is StateKind.Harm;
}

/// <summary>The messages of one open page (scoped to its circuit); <see cref="ToastHost"/> draws them.</summary>
public sealed class Toasts(Refusals refusals)
{
    /// <summary>Older ones make room.</summary>
    public const int Limit = 4;

    private int lastId;

    public ImmutableList<Toast> Shown { get; private set; } = [];

    public event Action? Changed;

    public void Show(string title, StateKind kind = StateKind.Neutral, string? text = null) => Add(new(++lastId, title, kind, text, null));

    public void Refuse(Refusal refusal)
    {
        refusals.Tell(refusal);
        Add(new(++lastId, refusal.Title, StateKind.Hold, null, refusal));
    }

    public void Dismiss(int id)
    {
        Shown = Shown.RemoveAll(toast => toast.Id == id);
        Changed?.Invoke();
    }

    private void Add(Toast toast)
    {
        Shown = [.. Shown.Add(toast).TakeLast(Limit)];
        Changed?.Invoke();
    }
}
