using AngleSharp.Html.Parser;

namespace Athena.Dashboard.Demo;

/// <summary>A person of the demo, signed in by the form that browsers show.</summary>
internal static class DemoPerson
{
    /// <returns>A client with the person's session; dispose of it.</returns>
    /// <exception cref="InvalidOperationException">The form did not let him in.</exception>
    public static async Task<HttpClient> SignInAsync(Uri address, DemoAccount account, CancellationToken cancellationToken)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address };
        // The product takes changes from its own pages only.
        client.DefaultRequestHeaders.Add("Origin", address.GetLeftPart(UriPartial.Authority));
        var page = await new HtmlParser().ParseDocumentAsync(await client.GetStringAsync("/sign-in", cancellationToken), cancellationToken);
        var fields = page.QuerySelectorAll("form input[type=hidden]")
            .Select(input => KeyValuePair.Create(input.GetAttribute("name")!, input.GetAttribute("value") ?? ""))
            .Append(KeyValuePair.Create("Form.Email", account.Email))
            .Append(KeyValuePair.Create("Form.Password", account.Password));
        using var form = new FormUrlEncodedContent(fields);
        using var answer = await client.PostAsync("/sign-in", form, cancellationToken);
        if ((int)answer.StatusCode is < 300 or >= 400) throw new InvalidOperationException($"{account.Email} could not sign in: {(int)answer.StatusCode}.");
        return client;
    }
}
