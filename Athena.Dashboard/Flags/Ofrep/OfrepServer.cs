using System.Globalization;
using System.Text.Json;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Athena.Dashboard.Flags.Ofrep;

/// <summary>
/// OpenFeature's remote evaluation protocol, OFREP 0.3.0, ahead of the whole pipeline: what routing, authorization and
/// the rest would cost is more than an evaluation does. So it brings its own authentication by key, its own limits and
/// its own CORS, and no cookie is ever looked at. The environment is that of the API key. Every error body has
/// <c>errorCode</c>, and <c>key</c> where one flag was asked for: without them the JavaScript providers report only
/// "unexpected response".
/// </summary>
internal sealed partial class OfrepServer(
    FlagSnapshots snapshots, FlagCatchUp catchUp, IApiKeys keys, EvaluationLimiter limiter, FlagStreams streams, IOptions<FlagOptions> options, ILogger<OfrepServer> logger)
{
    private const string Root = "/ofrep/v1/";
    private const string Flags = "evaluate/flags";
    private const string Json = "application/json; charset=utf-8";
    private const string Bearer = "Bearer ";

    /// <summary>In the place of the bracket that ends the flags.</summary>
    private static ReadOnlySpan<byte> Behind => """],"metadata":{"configurationBehind":true}"""u8;

    private readonly int mostContextBytes = options.Value.MostContextBytes;
    private readonly OfrepCors cors = new(options.Value.AllowedOrigins);

    /// <summary>
    /// Whether a request is one of the protocol. JavaScript providers put <c>/ofrep</c> behind the address that they are
    /// given, so one that ends in a slash asks for <c>//ofrep/…</c>; a 404 would be reported as FLAG_NOT_FOUND.
    /// </summary>
    public static bool Concerns(PathString path, out int rootLength)
    {
        var text = path.Value.AsSpan();
        rootLength = text.StartsWith(Root, StringComparison.Ordinal) ? Root.Length : text.StartsWith("/" + Root, StringComparison.Ordinal) ? Root.Length + 1 : 0;
        return rootLength > 0;
    }

    public Task ServeAsync(HttpContext http, int rootLength)
    {
        var what = http.Request.Path.Value.AsMemory(rootLength);
        http.Response.Headers.XContentTypeOptions = "nosniff";
        cors.Write(http);
        if (HttpMethods.IsOptions(http.Request.Method)) return cors.AnswerPreflight(http);
        if (what.Span.SequenceEqual(StreamTokens.Path)) return streams.ServeAsync(http);
        if (!what.Span.StartsWith(Flags, StringComparison.Ordinal)) return NotServed(http);
        what = what[Flags.Length..];
        if (what.Span is not ("" or "/") && (what.Span[0] != '/' || what.Span[1..].Contains('/'))) return NotServed(http);
        var key = what.Length <= 1 ? default : what[1..];
        if (HttpMethods.IsPost(http.Request.Method)) return key.IsEmpty && http.Request.QueryString.HasValue ? CatchUpAsync(http) : EvaluateAsync(http, key, isBehind: false);
        http.Response.Headers.Allow = "POST, OPTIONS";
        Fail(http, StatusCodes.Status405MethodNotAllowed, key.Span, "GENERAL", "Flags are evaluated with POST.");
        return Task.CompletedTask;
    }

    /// <summary>For a client that was told of a change, perhaps by another node: it must not be given the old flags as the new ones.</summary>
    private async Task CatchUpAsync(HttpContext http)
    {
        var isBehind = StreamTokens.PositionIn(http.Request) is { } told && FindActor(http.Request) is not null && !await catchUp.ReachAsync(told, http.RequestAborted);
        await EvaluateAsync(http, default, isBehind);
    }

    private async Task EvaluateAsync(HttpContext http, ReadOnlyMemory<char> key, bool isBehind)
    {
        var scratch = EvaluationScratch.Pool.Get();
        try
        {
            var actor = FindActor(http.Request) ?? (await keys.LookAgainAsync(http.RequestAborted) ? FindActor(http.Request) : null);
            if (Admit(http, actor, key.Span) is not { } snapshot) return;
            if (await scratch.ReadAsync(http.Request, snapshot.Attributes, mostContextBytes) is { } fault) Fail(http, StatusCodes.Status400BadRequest, key.Span, fault.ErrorCode, fault.Details);
            else if (key.IsEmpty) AnswerAll(http, scratch, snapshot, actor!, isBehind);
            else AnswerOne(http, scratch, snapshot, key.Span);
        }
        catch (Exception failure) when (CanStillFail(http, failure))
        {
            Log.Failed(logger, failure);
            http.Response.Clear();
            cors.Write(http);
            Fail(http, StatusCodes.Status500InternalServerError, key.Span, "GENERAL", "The evaluation failed; the server's log says why.");
        }
        finally
        {
            EvaluationScratch.Pool.Return(scratch);
        }
    }

    private Actor? FindActor(HttpRequest request)
    {
        if (request.Headers.TryGetValue("X-API-Key", out var named)) return keys.Find(named.ToString().AsSpan().Trim());
        var authorization = request.Headers.Authorization.ToString().AsSpan();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? keys.Find(authorization[Bearer.Length..].Trim()) : null;
    }

    /// <returns>Null when the answer is written already.</returns>
    private FlagSnapshot? Admit(HttpContext http, Actor? actor, ReadOnlySpan<char> key)
    {
        if (actor is null)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return Fail(http, StatusCodes.Status401Unauthorized, key, "GENERAL", "An API key is needed that is known, and neither revoked nor expired.");
        }

        if (!actor.May(Permission.EvaluateFlags)) return Fail(http, StatusCodes.Status403Forbidden, key, "GENERAL", "This key has not the scope flags:evaluate.");
        if (!limiter.TryTake(actor.Id, out var retryAfter))
        {
            http.Response.Headers.RetryAfter = retryAfter.ToString(CultureInfo.InvariantCulture);
            return Fail(http, StatusCodes.Status429TooManyRequests, key, "GENERAL", "Too many evaluations with this key.");
        }

        if (actor.Environment is not { } environment) return Fail(http, StatusCodes.Status403Forbidden, key, "GENERAL", "This key belongs to no environment. Evaluate with one that does.");
        return snapshots.Find(environment) ?? Fail(http, StatusCodes.Status403Forbidden, key, "GENERAL", $"The key's environment {environment} is not one of the process any more.");
    }

    private static void AnswerOne(HttpContext http, EvaluationScratch scratch, FlagSnapshot snapshot, ReadOnlySpan<char> key)
    {
        if (!snapshot.TryFind(key, out var flag))
        {
            Fail(http, StatusCodes.Status404NotFound, key, "FLAG_NOT_FOUND", $"There is no flag {key}.");
            return;
        }

        var answer = flag.Evaluate(scratch.Context).Answer;
        answer.Counter.Add();
        answer.Users?.Add(scratch.Context.TextOf(AttributeTable.TargetingKey));
        Begin(http, answer.Decider switch
        {
            Decider.MissingTargetingKey => StatusCodes.Status400BadRequest,
            Decider.Failed => StatusCodes.Status500InternalServerError,
            _ => StatusCodes.Status200OK,
        });
        Write(http, answer.Utf8);
    }

    private void AnswerAll(HttpContext http, EvaluationScratch scratch, FlagSnapshot snapshot, Actor actor, bool isBehind)
    {
        var bulk = snapshot.Bulk;
        var answers = scratch.AnswersFor(bulk.Dynamic);
        // Of what was evaluated, not of the configuration: clients keep their tag when an attribute of the user changes.
        // And not of the stream's address, which is another every while.
        var tag = string.Create(CultureInfo.InvariantCulture, $"\"{bulk.Evaluate(scratch.Context, answers, out var length):x32}\"");
        // Before a reply without a body: with a new stage the same answer is another's.
        bulk.CountUser(answers, scratch.Context.TextOf(AttributeTable.TargetingKey));
        http.Response.Headers.CacheControl = "private, no-cache";
        // What is known to be old is never called unchanged, nor kept under a tag.
        if (!isBehind) http.Response.Headers.ETag = tag;
        if (!isBehind && http.Request.Headers.IfNoneMatch.Count > 0 && !StreamTokens.AsksForNew(http.Request) && Matches(http.Request, tag))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var end = streams.Tokens.EndOf(actor.Id);
        Begin(http, StatusCodes.Status200OK);
        if (isBehind) end = (byte[])[.. Behind, .. end[1..]];
        length += end.Length;
        http.Response.ContentLength = length;
        var writer = http.Response.BodyWriter;
        var room = writer.GetSpan(length);
        bulk.Write(answers, room);
        end.CopyTo(room[(length - end.Length)..]);
        writer.Advance(length);
        bulk.Count(answers);
    }

    // RFC 9110: a list, compared weakly.
    private static bool Matches(HttpRequest request, string tag)
    {
        foreach (var line in request.Headers.IfNoneMatch)
        {
            // By far the most frequent.
            if (line == tag) return true;
        }

        foreach (var known in request.GetTypedHeaders().IfNoneMatch)
        {
            if (known.Equals(EntityTagHeaderValue.Any) || known.Tag.Equals(tag, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    private static Task NotServed(HttpContext http)
    {
        Fail(http, StatusCodes.Status404NotFound, default, "GENERAL", "OFREP 0.3.0 is served at /ofrep/v1/evaluate/flags, with the flag's key behind it for a single one.");
        return Task.CompletedTask;
    }

    private static void Begin(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = Json;
    }

    private static void Write(HttpContext http, ReadOnlySpan<byte> body)
    {
        http.Response.ContentLength = body.Length;
        var writer = http.Response.BodyWriter;
        body.CopyTo(writer.GetSpan(body.Length));
        writer.Advance(body.Length);
    }

    private static bool CanStillFail(HttpContext http, Exception failure) =>
        !http.Response.HasStarted && failure is not OperationCanceledException && failure is not BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout };

    /// <returns>Null, for whoever has nothing else to give.</returns>
    internal static FlagSnapshot? Fail(HttpContext http, int status, ReadOnlySpan<char> key, string errorCode, string details)
    {
        Begin(http, status);
        using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        if (!key.IsEmpty) json.WriteString("key", key);
        json.WriteString("errorCode", errorCode);
        json.WriteString("errorDetails", details);
        json.WriteEndObject();
        json.Flush();
        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "An evaluation failed")]
        public static partial void Failed(ILogger logger, Exception failure);
    }
}

/// <summary>Puts <see cref="OfrepServer"/> ahead of the pipeline.</summary>
internal sealed class OfrepFilter(OfrepServer ofrep) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((http, rest) => OfrepServer.Concerns(http.Request.Path, out var rootLength) ? ofrep.ServeAsync(http, rootLength) : rest(http));
        next(app);
    };
}
