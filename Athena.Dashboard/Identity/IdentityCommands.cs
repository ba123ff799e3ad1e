using System.CommandLine;
using System.Globalization;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Platform.Hosting;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Identity;

/// <summary>What operators do without a browser: <c>setup</c> and <c>keys create</c>.</summary>
public static class IdentityCommands
{
    public static IEnumerable<Command> Create(OperatorHost host) => [Setup(host), Keys(host)];

    private static Command Setup(OperatorHost host)
    {
        var email = new Option<string>("--email") { Description = "Address of the Administrator, to sign in with", Required = true, HelpName = "E" };
        var name = new Option<string?>("--name") { Description = "Name that others see (default: the part before the @)", HelpName = "N" };
        var fromInput = new Option<bool>("--password-stdin") { Description = "Read the password from standard input (its first line)", Required = true };
        var command = new Command("setup", "Create the first Administrator") { email, name, fromInput };
        // A switch that is not there counts as one that says no, so nothing else misses it; and nothing else is looked
        // at once this finds a fault.
        command.Validators.Add(given =>
        {
            if (given.GetResult(email) is null) given.AddError("Option '--email' is required.");
            if (!given.GetValue(fromInput)) given.AddError("Option '--password-stdin' is required: a password on the command line could be read by others.");
        });
        command.SetAction((parsed, cancellationToken) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                var address = parsed.GetValue(email)!;
                var password = await Console.In.ReadLineAsync(token);
                var outcome = await services.GetRequiredService<SetupService>()
                    .CreateAsync(parsed.GetValue(name) ?? address.Split('@')[0], address, password, "command line", token);
                if (outcome.Refusal is { } refusal) return await RefuseAsync(refusal);
                await Console.Error.WriteLineAsync($"{address} is the Administrator now.");
                return 0;
            },
            cancellationToken));
        return command;
    }

    private static Command Keys(OperatorHost host)
    {
        var name = new Option<string>("--name") { Description = "What uses the key, e.g. checkout-service", Required = true, HelpName = "N" };
        var scopes = new Option<string[]>("--scope") { Description = "What it may do, repeatable: " + string.Join(", ", KeyScopes.All), Required = true, HelpName = "S", Arity = ArgumentArity.OneOrMore };
        var environment = new Option<string?>("--environment") { Description = "The environment it is good for; needed for flags:evaluate and health:write", HelpName = "E" };
        var expires = new Option<string?>("--expires") { Description = "How long it is good, e.g. 90d or 12h (default: until revoked)", HelpName = "TIME" };
        var create = new Command("create", "Make an API key and print it, and nothing else, on standard output") { name, scopes, environment, expires };
        create.SetAction((parsed, cancellationToken) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                var request = new KeyRequest(parsed.GetValue(name), [.. parsed.GetValue(scopes)!], parsed.GetValue(environment), ExpiresAt: null);
                if (parsed.GetValue(expires) is { } text)
                {
                    if (!Durations.TryParse(text, out var life))
                    {
                        var fault = new RefusalItem("expires", "is not a duration", text, "a number and s, m, h or d, e.g. 90d");
                        return await RefuseAsync(services.GetRequiredService<KeyService>().Judge(request, fault));
                    }

                    request = request with { ExpiresAt = services.GetRequiredService<TimeProvider>().GetUtcNow() + life };
                }

                var outcome = await services.GetRequiredService<KeyService>().CreateAsync(request, Actor.System("operator") with { Source = "command line" }, token);
                if (outcome.Refusal is { } refusal) return await RefuseAsync(refusal);
                await Console.Out.WriteLineAsync(outcome.Value.Key);
                return 0;
            },
            cancellationToken));
        return new Command("keys", "API keys") { create };
    }

    private static async Task<int> RefuseAsync(Refusal refusal)
    {
        await Console.Error.WriteLineAsync($"{refusal.Title} {refusal.Detail}".TrimEnd());
        foreach (var item in refusal.Items)
        {
            var found = item.Found is null ? "" : string.Create(CultureInfo.InvariantCulture, $" (found: {item.Found})");
            var expected = item.Expected is null ? "" : $"; expected: {item.Expected}";
            await Console.Error.WriteLineAsync($"  {item.Place} {item.Message}{found}{expected}");
        }

        return 1;
    }
}
