using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Dashboard.Platform.Hosting;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Athena.Dashboard.Tests.Platform.Hosting;

public sealed class ConfigurationTests
{
    private static readonly JsonSerializerOptions Json = new(JsonColumn.Options) { WriteIndented = true, PropertyNamingPolicy = null };

    [Fact]
    public async Task The_sample_shows_every_option_with_its_default()
    {
        await using var app = Create();
        var expected = new JsonObject();
        foreach (var section in app.Services.GetServices<OptionsSection>().OrderBy(section => section.Path, StringComparer.Ordinal)) Add(expected, section);

        var path = Path.Combine(Repository.Root, "appsettings.sample.json");
        var text = expected.ToJsonString(Json).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_SAMPLE") == "1") await File.WriteAllTextAsync(path, text);
        (await File.ReadAllTextAsync(path)).ShouldBe(text, "run the tests once with UPDATE_SAMPLE=1 to write the sample anew");
    }

    [Fact]
    public async Task The_sample_itself_is_a_valid_configuration() =>
        await AthenaApplication.Create(new ServerSettings(), builder =>
        {
            builder.Logging.ClearProviders();
            builder.Configuration.AddJsonFile(Path.Combine(Repository.Root, "appsettings.sample.json"));
        }).DisposeAsync();

    [Fact]
    public void Every_wrong_setting_is_told_at_once()
    {
        var faults = FaultsOf("--Athena:Storage:BusyTimeoutSeconds=soon", "--Athena:Storage:Folder=x", "--Athena:Nonsense=1");

        faults.Count.ShouldBe(3);
        faults.ShouldContain(fault => fault.StartsWith("Athena:Nonsense: there is no such setting."));
        faults.ShouldContain(fault => fault.StartsWith("Athena:Storage:Folder: there is no such setting."));
        faults.ShouldContain(fault => fault.StartsWith("Athena:Storage:BusyTimeoutSeconds: 'soon' cannot be read."));
    }

    [Fact]
    public void A_value_out_of_range_is_told_with_the_range() =>
        FaultsOf("--Athena:Storage:BusyTimeoutSeconds=0").ShouldHaveSingleItem().ShouldContain("between 1 and 300");

    private static IReadOnlyList<string> FaultsOf(params string[] arguments) =>
        Should.Throw<ConfigurationFaultsException>(() => Create(arguments)).Faults;

    private static Microsoft.AspNetCore.Builder.WebApplication Create(params string[] arguments) =>
        AthenaApplication.Create(new ServerSettings(Configuration: [.. arguments]), builder => builder.Logging.ClearProviders());

    private static void Add(JsonObject root, OptionsSection section)
    {
        var here = root;
        var names = section.Path.Split(':');
        foreach (var name in names[..^1])
        {
            if (here[name] is not JsonObject child) here[name] = child = [];
            here = child;
        }

        var defaults = Activator.CreateInstance(section.Type)!;
        var values = new JsonObject();
        foreach (var property in section.Type.GetProperties().Where(property => property.CanWrite))
            values[property.Name] = JsonSerializer.SerializeToNode(property.GetValue(defaults), property.PropertyType, Json);
        here[names[^1]] = values;
    }
}
