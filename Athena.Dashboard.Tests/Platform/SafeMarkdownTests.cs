using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Athena.Dashboard.Platform.Text;

namespace Athena.Dashboard.Tests.Platform;

public sealed class SafeMarkdownTests
{
    private static readonly HashSet<string> Elements =
    [
        "A", "BLOCKQUOTE", "BR", "CODE", "DEL", "EM", "H1", "H2", "H3", "H4", "H5", "H6", "HR", "IMG", "INPUT", "LI", "OL", "P", "PRE",
        "STRONG", "TABLE", "TBODY", "TD", "TH", "THEAD", "TR", "UL",
    ];

    private static readonly HashSet<string> Attributes = ["href", "title", "rel", "src", "alt", "loading", "type", "disabled", "checked", "start", "class"];

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("<svg/onload=alert(1)>")]
    [InlineData("[a](javascript:alert(1))")]
    [InlineData("[a](JaVaScRiPt:alert(1))")]
    [InlineData("[a](  javascript:alert(1))")]
    [InlineData("[a](java\tscript:alert(1))")]
    [InlineData("[a](<java\tscript:alert(1)>)")]
    [InlineData("[a](javascript&colon;alert(1))")]
    [InlineData("[a](&#106;avascript:alert(1))")]
    [InlineData("[a](java&#10;script:alert(1))")]
    [InlineData("[a](&#1;javascript:alert(1))")]
    [InlineData("[a](\u00a0javascript:alert(1))")]
    [InlineData("[a](\ufeffjavascript:alert(1))")]
    [InlineData("[a](vbscript:msgbox(1))")]
    [InlineData("[a](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)")]
    [InlineData("[a](file:///etc/passwd)")]
    [InlineData("[a](feed:javascript:alert(1))")]
    [InlineData("[a](blob:https://example.org/1)")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("<data:text/html,1>")]
    [InlineData("![a](javascript:alert(1))")]
    [InlineData("![a](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)")]
    [InlineData("[a]: javascript:alert(1)\n\n[a]")]
    [InlineData("[a](x \"\\\" onmouseover=alert(1) x=\\\"\")")]
    [InlineData("[a](x 'y\" onmouseover=\"alert(1)')")]
    [InlineData("![x\" onerror=\"alert(1)](y)")]
    [InlineData("``` \" onclick=alert(1)\ncode\n```")]
    [InlineData("```<script>\ncode\n```")]
    [InlineData("`<img src=x onerror=alert(1)>`")]
    [InlineData("| a |\n|:-:|\n| <b onclick=alert(1)>x</b> |")]
    [InlineData("<a href=\"javascript:alert(1)\">x</a>")]
    [InlineData("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>")]
    [InlineData("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">")]
    [InlineData("<!--><img src=x onerror=alert(1)>-->")]
    [InlineData("<![CDATA[<img src=x onerror=alert(1)>]]>")]
    [InlineData("&lt;script&gt;alert(1)&lt;/script&gt;")]
    [InlineData("<style>@import 'javascript:alert(1)';</style>")]
    [InlineData("<p style=\"background:url(javascript:alert(1))\">x")]
    [InlineData("<form action=javascript:alert(1)><input type=submit>")]
    [InlineData("[![a](javascript:1)](javascript:2)")]
    [InlineData("http://example.org/\"onmouseover=\"alert(1)")]
    [InlineData("www.example.org/<script>")]
    public void A_known_attack_comes_out_harmless(string attack) => Html(attack).ShouldBeHarmless(attack);

    [Theory]
    [InlineData("[a](https://example.org/x?y=1&z=2#t)", "https://example.org/x?y=1&z=2#t")]
    [InlineData("[a](http://example.org)", "http://example.org")]
    [InlineData("[a](mailto:support@example.org)", "mailto:support@example.org")]
    [InlineData("[a](/notes/1.2.0)", "/notes/1.2.0")]
    [InlineData("[a](../guide?at=10:30)", "../guide?at=10:30")]
    [InlineData("[a](#top)", "#top")]
    public void A_link_that_people_write_stays(string markdown, string href)
    {
        var link = Parse(Html(markdown)).QuerySelector("a").ShouldNotBeNull();
        link.GetAttribute("href").ShouldBe(href);
        link.GetAttribute("rel").ShouldBe("noopener");
    }

    [Fact]
    public void Everything_that_release_notes_use_is_rendered()
    {
        var page = Parse(Html("# T\n\n## 🎉 New\n\n- **a** *b* ~~c~~ `d`\n- [x] done\n\n1. one\n\n> q\n\n| l | r |\n|:--|--:|\n| 1 | 2 |\n\n```ts\nlet x = '<b>'\n```\n\n---\n\n![alt](/i.png)\n"));
        foreach (var selector in (string[])["h1", "h2", "ul li strong", "em", "del", "code", "li.task-list-item input[type=checkbox][disabled][checked]", "ol li", "blockquote p", "th.align-left", "td.align-right", "pre code.language-ts", "hr", "img[alt=alt][src='/i.png']"])
            page.QuerySelector(selector).ShouldNotBeNull(selector);
        page.QuerySelector("pre code")!.TextContent.ShouldBe("let x = '<b>'\n");
    }

    [Theory]
    [InlineData("![a chart](https://example.org/x.png)", "<p><a href=\"https://example.org/x.png\" rel=\"noopener\">a chart</a></p>\n")]
    [InlineData("![a chart](//example.org/x.png)", "<p><a href=\"//example.org/x.png\" rel=\"noopener\">a chart</a></p>\n")]
    [InlineData("[![a chart](https://example.org/x.png)](/y)", "<p><a href=\"/y\" rel=\"noopener\">a chart</a></p>\n")]
    [InlineData("![a chart](/x.png)", "<p><img src=\"/x.png\" alt=\"a chart\" loading=\"lazy\"></p>\n")]
    [InlineData("![a chart](data:image/png;base64,AA)", "<p>a chart</p>\n")]
    public void Images_of_other_sites_become_links(string markdown, string html) => Html(markdown).ShouldBe(html);

    [Fact]
    public void Html_in_the_text_is_shown_as_it_was_written() =>
        Parse(Html("a <b>bold</b> claim")).Body!.TextContent.Trim().ShouldBe("a <b>bold</b> claim");

    [Fact]
    public void What_the_cleaner_writes_reads_back_as_itself()
    {
        var html = Html("# a & b < c > d \"e\" 'f'\n\n`<x>` [l](/p?a=1&b=2 \"t & \\\"u\\\"\")");
        Parse(html).Body!.InnerHtml.ShouldBe(Parse(Parse(html).Body!.InnerHtml).Body!.InnerHtml);
        SafeHtml.Clean(html, new Deadline(SafeMarkdown.MostTime)).ShouldBe(html);
    }

    [Theory]
    [InlineData("<a href='javascript:1' onclick=x>t</a>")]
    [InlineData("<svg><a xlink:href='javascript:1'><text>t</text></a></svg>")]
    [InlineData("<math href='javascript:1'><mi>t</mi></math>")]
    [InlineData("<p style='x' id=y class=z onfocus=w tabindex=1 autofocus>t</p>")]
    [InlineData("<template><script>1</script></template>")]
    [InlineData("<iframe src=//x></iframe><object data=x></object><embed src=x><base href=//x><meta http-equiv=refresh content='0;//x'><link rel=stylesheet href=x>")]
    [InlineData("<input type=image src=x onerror=1><input type=text><button formaction=javascript:1>x</button>")]
    [InlineData("<img src=x srcset='javascript:1' usemap=#a>")]
    [InlineData("<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>")]
    [InlineData("<select><template><style><!--</style><a rel=\"--></style></select><img id=x src onerror=alert(1)>\">")]
    [InlineData("<code class='language-x\" onclick=1'>x</code><td style='text-align: center;color:red'>")]
    public void The_cleaner_alone_stops_html_that_Markdig_might_let_through(string html) =>
        SafeHtml.Clean(html, new Deadline(SafeMarkdown.MostTime)).ShouldBeHarmless(html);

    [Fact]
    public void Random_text_never_comes_out_as_anything_but_the_allow_list()
    {
        string[] pieces =
        [
            "<", ">", "\"", "'", "&", "#", "*", "_", "`", "[", "]", "(", ")", "!", "\n", "\n\n", " ", "\t", "    ", "- ", "> ", "1. ", "|", "---", "~~", "\\", ":", "=",
            "javascript:", "data:text/html,", "http://a.b", "www.c.d", "mailto:e@f", "onerror=", "<script>", "</script>", "<img src=x onerror=1>", "<svg onload=1>",
            "&colon;", "&#58;", "&Tab;", "&NewLine;", "\0", "\u2028", "\ufeff", "style=", "```", "[a]: ", "x", "é", "🎉", "<!--", "-->", "]]>", "<![CDATA[", "?xml", "&lt;",
        ];
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 3000; round++)
        {
            var text = new StringBuilder();
            for (var i = random.Next(1, 40); i > 0; i--) text.Append(pieces[random.Next(pieces.Length)]);
            var rendered = SafeMarkdown.Render(text.ToString());
            if (rendered.IsAccepted) rendered.Value.ShouldBeHarmless($"seed {seed}, round {round}: {text}");
        }
    }

    [Theory]
    [InlineData("[")]
    [InlineData("![")]
    [InlineData("[a](")]
    [InlineData("[a](b \"")]
    [InlineData("*a ")]
    [InlineData("*a **b ")]
    [InlineData("*a_b~~c")]
    [InlineData("~~a ")]
    [InlineData("> ")]
    [InlineData("> - ")]
    [InlineData("1. ")]
    [InlineData("`a``")]
    [InlineData("[|")]
    [InlineData("*|")]
    [InlineData("|a|b|\n|-|-|\n")]
    [InlineData("# a\n")]
    [InlineData("a\n=\n")]
    [InlineData("[a]: b\n")]
    [InlineData("http://a.b ")]
    [InlineData("<a ")]
    [InlineData("<!--")]
    [InlineData("&amp")]
    [InlineData("\n")]
    [InlineData("\\")]
    public void A_text_made_to_be_slow_ends_by_itself(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, SafeMarkdown.MostBytes / piece.Length));
        var stopped = SafeMarkdown.Render(text, TimeSpan.FromMilliseconds(200));
        if (stopped.IsAccepted) stopped.Value.ShouldBeHarmless(piece);
        else stopped.Refusal.Code.ShouldBeOneOf("text_too_slow", "text_too_deep");
    }

    [Fact]
    public void A_text_beyond_the_limit_is_refused_with_both_figures()
    {
        var refusal = SafeMarkdown.Render(new string('é', (SafeMarkdown.MostBytes / 2) + 1)).Refusal.ShouldNotBeNull();
        refusal.Code.ShouldBe("text_too_large");
        refusal.Items.ShouldHaveSingleItem().Found.ShouldBe("262146 bytes");
    }

    [Fact]
    public void Notes_of_125_KB_are_rendered()
    {
        var section = "## 🚀 Improvements\n\n- **Performance**: loading improved by 40% for tables with >1000 rows, see [the guide](https://docs.example.org/guides/views)\n\n| a | b |\n|---|---|\n| `x` | *y* |\n\n";
        var html = Html(string.Concat(Enumerable.Repeat(section, 125 * 1024 / section.Length)));
        html.ShouldBeHarmless("long notes");
        html.Length.ShouldBeGreaterThan(125 * 1024);
    }

    private static string Html(string markdown)
    {
        var rendered = SafeMarkdown.Render(markdown);
        rendered.Refusal.ShouldBeNull();
        return rendered.Value;
    }

    private static AngleSharp.Html.Dom.IHtmlDocument Parse(string html) => new HtmlParser().ParseDocument(html);

    internal static void CheckHarmless(string html, string origin)
    {
        // The address of the page decides what relative ones resolve to, as in a browser.
        foreach (var element in Parse("<base href='https://page.example/'><body>" + html).Body!.QuerySelectorAll("*"))
        {
            Elements.ShouldContain(element.TagName, origin);
            element.NamespaceUri.ShouldBe("http://www.w3.org/1999/xhtml", origin);
            foreach (var attribute in element.Attributes) Attributes.ShouldContain(attribute.Name, origin);
            var scheme = element switch
            {
                AngleSharp.Html.Dom.IHtmlAnchorElement { Href.Length: > 0 } link => link.Protocol,
                AngleSharp.Html.Dom.IHtmlImageElement { Source.Length: > 0 } image => image.Source[..(image.Source.IndexOf(':') + 1)],
                _ => "https:",
            };
            (scheme is "https:" or "http:" or "mailto:").ShouldBeTrue($"{origin} → {scheme}");
            if (element.GetAttribute("class") is { } css) (css is "task-list-item" or "align-left" or "align-center" or "align-right" || css.StartsWith("language-", StringComparison.Ordinal)).ShouldBeTrue(origin);
        }
    }
}

internal static class HarmlessAssertions
{
    public static void ShouldBeHarmless(this string html, string origin) => SafeMarkdownTests.CheckHarmless(html, origin);
}
