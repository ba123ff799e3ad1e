using System.Collections;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Platform.Hosting;

/// <summary>An options class and the section that it is read from.</summary>
public sealed record OptionsSection(string Path, Type Type);

/// <summary>The configuration cannot be used.</summary>
/// <param name="faults">One sentence per fault, with the setting's full name.</param>
public sealed class ConfigurationFaultsException(IReadOnlyList<string> faults) : Exception(string.Join('\n', faults))
{
    public IReadOnlyList<string> Faults { get; } = faults;
}

/// <summary>Finds everything that is wrong with the configuration at once: unknown names, wrong types, values out of range.</summary>
public static class ConfigurationCheck
{
    public const string Root = "Athena";

    /// <summary>Registers options to be read from <paramref name="section"/> and checked before the start.</summary>
    public static IServiceCollection AddCheckedOptions<T>(this IServiceCollection services, string section)
        where T : class
    {
        services.AddSingleton(new OptionsSection(section, typeof(T)));
        services.AddOptions<T>().BindConfiguration(section).ValidateDataAnnotations();
        return services;
    }

    /// <exception cref="ConfigurationFaultsException">There are faults.</exception>
    public static void Demand(IServiceProvider services)
    {
        var faults = Faults(services);
        if (faults.Count > 0) throw new ConfigurationFaultsException(faults);
    }

    private static List<string> Faults(IServiceProvider services)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        var sections = services.GetServices<OptionsSection>().ToList();
        var faults = new List<string>();
        FindUnknown(configuration.GetSection(Root), Root, sections, faults);
        foreach (var section in sections) CheckTypes(configuration.GetSection(section.Path), section.Type, faults);
        if (faults.Count == 0)
        {
            // Values can only be judged once every one of them can be read.
            foreach (var section in sections) CheckValues(services, section, faults);
        }

        return faults;
    }

    private static void FindUnknown(IConfigurationSection here, string path, List<OptionsSection> sections, List<string> faults)
    {
        foreach (var child in here.GetChildren())
        {
            var childPath = path + ":" + child.Key;
            if (sections.Any(section => section.Path.Equals(childPath, StringComparison.OrdinalIgnoreCase))) continue;
            if (sections.Any(section => section.Path.StartsWith(childPath + ":", StringComparison.OrdinalIgnoreCase)))
                FindUnknown(child, childPath, sections, faults);
            else
                faults.Add($"{childPath}: there is no such setting. Known here: {string.Join(", ", KnownBelow(path, sections))}.");
        }
    }

    private static IEnumerable<string> KnownBelow(string path, List<OptionsSection> sections) =>
        sections.Where(section => section.Path.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase))
            .Select(section => section.Path[(path.Length + 1)..].Split(':')[0]).Distinct().Order(StringComparer.Ordinal);

    private static void CheckTypes(IConfigurationSection here, Type type, List<string> faults)
    {
        var settable = type.GetProperties().Where(property => property.CanWrite).ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var child in here.GetChildren())
        {
            if (settable.TryGetValue(child.Key, out var property)) CheckType(child, property.PropertyType, faults);
            else faults.Add($"{child.Path}: there is no such setting. Known here: {string.Join(", ", settable.Keys.Order(StringComparer.Ordinal))}.");
        }
    }

    private static void CheckType(IConfigurationSection setting, Type type, List<string> faults)
    {
        if (ElementOf(type) is { } element)
        {
            foreach (var child in setting.GetChildren()) CheckType(child, element, faults);
        }
        else if (type == typeof(string) || TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string)))
        {
            if (setting.Value is { } text && !CanRead(text, type))
                faults.Add($"{setting.Path}: '{text}' cannot be read. Expected: {Describe(type)}.");
        }
        else
        {
            CheckTypes(setting, type, faults);
        }
    }

    private static Type? ElementOf(Type type) =>
        type == typeof(string) || !typeof(IEnumerable).IsAssignableFrom(type) ? null
        : type.IsArray ? type.GetElementType()
        : type.GetGenericArguments().LastOrDefault();

    private static bool CanRead(string text, Type type)
    {
        try
        {
            TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    private static string Describe(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain switch
        {
            { IsEnum: true } => "one of " + string.Join(", ", Enum.GetNames(plain)),
            _ when plain == typeof(bool) => "true or false",
            _ when plain == typeof(TimeSpan) => "a time span such as 00:05:00",
            _ when plain == typeof(int) || plain == typeof(long) => "a whole number",
            _ when plain == typeof(double) || plain == typeof(decimal) => "a number",
            _ => plain.Name,
        };
    }

    private static void CheckValues(IServiceProvider services, OptionsSection section, List<string> faults)
    {
        try
        {
            var accessor = typeof(IOptions<>).MakeGenericType(section.Type);
            accessor.GetProperty("Value")!.GetValue(services.GetRequiredService(accessor));
        }
        catch (TargetInvocationException failure) when (failure.InnerException is OptionsValidationException invalid)
        {
            faults.AddRange(invalid.Failures.Select(text => $"{section.Path}: {text}"));
        }
        catch (TargetInvocationException failure) when (failure.InnerException is ValidationException invalid)
        {
            faults.Add($"{section.Path}: {invalid.Message}");
        }
    }
}
