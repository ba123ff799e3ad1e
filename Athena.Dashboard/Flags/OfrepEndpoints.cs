using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Athena.Dashboard.Flags;

/// <summary>
/// OpenFeature's remote evaluation protocol, OFREP 0.3.0. The environment is that of the API key. Every error body has
/// <c>errorCode</c>, and <c>key</c> where one flag was asked for: without them the JavaScript providers report only
/// "unexpected response".
/// </summary>
internal static partial class OfrepEndpoints
{
    public const string CorsPolicy = "ofrep";

    private const string Json = "application/json; charset=utf-8";

    public static void MapOfrep(this IEndpointRouteBuilder routes)
    {
        var ofrep = routes.MapGroup("/ofrep/v1/evaluate/flags").RequireAuthorization(nameof(Permission.EvaluateFlags)).RequireCors(CorsPolicy)
            .DisableRateLimiting();
        ofrep.MapPost("/{key}", (RequestDelegate)EvaluateOneAsync);
        ofrep.MapPost("/", (RequestDelegate)EvaluateAllAsync);
    }

    private static async Task EvaluateOneAsync(HttpContext http)
    {
        var key = (string)http.Request.RouteValues["key"]!;
        var scratch = EvaluationScratch.Pool.Get();
        try
        {
            if (await PrepareAsync(http, scratch, key) is not { } snapshot) return;
            if (!snapshot.TryFind(key, out var flag))
            {
                await FailAsync(http, StatusCodes.Status404NotFound, key, "FLAG_NOT_FOUND", $"There is no flag {key}.");
                return;
            }

            var answer = flag.Evaluate(scratch.Context).Answer;
            Begin(http, answer.IsFailure ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK);
            http.Response.ContentLength = answer.Utf8.Length;
            http.Response.BodyWriter.Write(answer.Utf8);
        }
        catch (Exception failure) when (CanStillFail(http, failure))
        {
            await FailUnexpectedAsync(http, key, failure);
        }
        finally
        {
            EvaluationScratch.Pool.Return(scratch);
        }
    }

    private static async Task EvaluateAllAsync(HttpContext http)
    {
        var scratch = EvaluationScratch.Pool.Get();
        try
        {
            if (await PrepareAsync(http, scratch, key: null) is not { } snapshot) return;
            WriteAll(http, scratch, snapshot);
        }
        catch (Exception failure) when (CanStillFail(http, failure))
        {
            await FailUnexpectedAsync(http, key: null, failure);
        }
        finally
        {
            EvaluationScratch.Pool.Return(scratch);
        }
    }

    private static void WriteAll(HttpContext http, EvaluationScratch scratch, FlagSnapshot snapshot)
    {
        var answers = scratch.AnswersFor(snapshot.Count);
        // Of what was evaluated, not of the configuration: clients keep their tag when an attribute of the user changes.
        var tag = string.Create(CultureInfo.InvariantCulture, $"\"{snapshot.EvaluateAll(scratch.Context, answers):x32}\"");
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "private, no-cache";
        if (Matches(http.Request, tag))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        Begin(http, StatusCodes.Status200OK);
        var length = """{"flags":[]}""".Length + Math.Max(0, answers.Length - 1);
        foreach (var answer in answers) length += answer.Utf8.Length;
        http.Response.ContentLength = length;
        var writer = http.Response.BodyWriter;
        writer.Write("{\"flags\":["u8);
        for (var i = 0; i < answers.Length; i++)
        {
            if (i > 0) writer.Write(","u8);
            writer.Write(answers[i].Utf8);
        }

        writer.Write("]}"u8);
    }

    /// <summary>Reads the context for the key's environment. Null when the answer is written already.</summary>
    private static async ValueTask<FlagSnapshot?> PrepareAsync(HttpContext http, EvaluationScratch scratch, string? key)
    {
        var services = http.RequestServices;
        var actor = await services.GetRequiredService<ICurrentActor>().GetAsync(http.RequestAborted);
        if (!services.GetRequiredService<EvaluationLimiter>().TryTake(actor.Id, out var retryAfter))
        {
            http.Response.Headers.RetryAfter = retryAfter.ToString(CultureInfo.InvariantCulture);
            await FailAsync(http, StatusCodes.Status429TooManyRequests, key, "GENERAL", "Too many evaluations with this key.");
            return null;
        }

        if (actor.Environment is not { } environment)
        {
            await FailAsync(http, StatusCodes.Status403Forbidden, key, "GENERAL", "This key belongs to no environment. Evaluate with one that does.");
            return null;
        }

        if (services.GetRequiredService<FlagSnapshots>().Find(environment) is not { } snapshot)
        {
            await FailAsync(http, StatusCodes.Status403Forbidden, key, "GENERAL", $"The key's environment {environment} is not one of the process any more.");
            return null;
        }

        var most = services.GetRequiredService<IOptions<FlagOptions>>().Value.MostContextBytes;
        if (await scratch.ReadAsync(http.Request, most) is not { } body)
        {
            // The protocol knows no 413, and its clients read only the body of a 400.
            await FailAsync(http, StatusCodes.Status400BadRequest, key, "INVALID_CONTEXT", $"The request is larger than {most} bytes.");
            return null;
        }

        if (scratch.Context.Read(body.Span, snapshot.Attributes) is not { } fault) return snapshot;
        await FailAsync(http, StatusCodes.Status400BadRequest, key, fault.ErrorCode, fault.Details);
        return null;
    }

    // RFC 9110: a list, compared weakly.
    private static bool Matches(HttpRequest request, string tag)
    {
        foreach (var known in request.GetTypedHeaders().IfNoneMatch)
        {
            if (known.Equals(EntityTagHeaderValue.Any) || known.Tag.Equals(tag, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    private static void Begin(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = Json;
    }

    private static bool CanStillFail(HttpContext http, Exception failure) =>
        !http.Response.HasStarted && failure is not OperationCanceledException && failure is not BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout };

    private static Task FailUnexpectedAsync(HttpContext http, string? key, Exception failure)
    {
        Log.Failed(http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Athena.Dashboard.Flags.Ofrep"), failure);
        http.Response.Clear();
        return FailAsync(http, StatusCodes.Status500InternalServerError, key, "GENERAL", "The evaluation failed; the server's log says why.");
    }

    private static Task FailAsync(HttpContext http, int status, string? key, string errorCode, string details)
    {
        Begin(http, status);
        using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        if (key is not null) json.WriteString("key", key);
        json.WriteString("errorCode", errorCode);
        json.WriteString("errorDetails", details);
        json.WriteEndObject();
        json.Flush();
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "An evaluation failed")]
        public static partial void Failed(ILogger logger, Exception failure);
    }
}
