using System.Collections.Frozen;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Platform.Events;

/// <summary>The names under which events are stored: slice (second part of the namespace) and type.</summary>
public static class EventTypes
{
    private static readonly FrozenDictionary<string, Type> ByName = typeof(EventTypes).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: false, IsInterface: false } && typeof(IDomainEvent).IsAssignableFrom(type))
        .ToFrozenDictionary(NameOf);

    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    public static string NameOf(Type type) => type.Namespace!.Split('.')[2] + "." + type.Name;

    /// <summary>Null for an event that this version of the product does not know.</summary>
    public static Type? Find(string name) => ByName.GetValueOrDefault(name);
}
