using System.Diagnostics.CodeAnalysis;

namespace Athena.Dashboard.Platform.Kernel;

/// <summary>What a command gives back: its value, or the <see cref="Refusal"/> that says why not.</summary>
/// <typeparam name="T">The value of an accepted command; <see cref="Done"/> where there is nothing to say.</typeparam>
public readonly struct Outcome<T>
{
    private readonly T? value;

    private Outcome(T? value, Refusal? refusal)
    {
        this.value = value;
        Refusal = refusal;
    }

    /// <summary>Why the command was refused, or null when it was accepted.</summary>
    public Refusal? Refusal { get; }

    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsAccepted => Refusal is null;

    /// <summary>The value of an accepted command.</summary>
    /// <exception cref="InvalidOperationException">The command was refused.</exception>
    public T Value => Refusal is null ? value! : throw new InvalidOperationException($"Refused: {Refusal.Title} {Refusal.Detail}");

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);

    /// <summary>Carries on with the value, or passes the refusal through.</summary>
    public Outcome<TNext> Then<TNext>(Func<T, Outcome<TNext>> next) => Refusal is null ? next(value!) : Refusal;

    public TResult Match<TResult>(Func<T, TResult> accepted, Func<Refusal, TResult> refused) =>
        Refusal is null ? accepted(value!) : refused(Refusal);
}

/// <summary>The value of a command that has nothing to say but that it happened.</summary>
public readonly record struct Done
{
    public static Done Yes => default;
}
