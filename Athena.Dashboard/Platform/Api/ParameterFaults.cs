using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Http.Metadata;

namespace Athena.Dashboard.Platform.Api;

/// <summary>
/// What keeps an address from being read as an endpoint's parameters, all of it at once. The framework's answer is a
/// status, and at most the first one in words of the program.
/// </summary>
internal static class ParameterFaults
{
    private static readonly MethodInfo Parses = typeof(ParameterFaults).GetMethod(nameof(IsValueOf), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <returns>Empty when every parameter that stands in the address can be read.</returns>
    public static ImmutableArray<RefusalItem> Find(HttpContext context, Endpoint? endpoint) =>
        [.. (endpoint?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>() ?? []).Select(parameter => FaultOf(context.Request, parameter)).OfType<RefusalItem>()];

    private static RefusalItem? FaultOf(HttpRequest request, IParameterBindingMetadata parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterInfo.ParameterType) ?? parameter.ParameterInfo.ParameterType;
        if (!parameter.HasTryParse && type != typeof(string)) return null;
        var text = request.RouteValues.GetValueOrDefault(parameter.Name) as string ?? request.Query[parameter.Name].ToString();
        if (text.Length == 0) return parameter.IsOptional ? null : new RefusalItem(parameter.Name, "The value is missing.", null, JsonFaults.Words(type));
        return CanRead(text, type) ? null : new RefusalItem(parameter.Name, "The value cannot be read.", text.Length > 60 ? text[..60] + "…" : text, JsonFaults.Words(type));
    }

    private static bool CanRead(string text, Type type)
    {
        if (type == typeof(string)) return true;
        if (type.IsEnum) return Enum.TryParse(type, text, ignoreCase: true, out _);
        return !type.GetInterfaces().Any(known => known.IsGenericType && known.GetGenericTypeDefinition() == typeof(IParsable<>))
            || (bool)Parses.MakeGenericMethod(type).Invoke(null, [text])!;
    }

    private static bool IsValueOf<T>(string text)
        where T : IParsable<T> => T.TryParse(text, CultureInfo.InvariantCulture, out _);
}
