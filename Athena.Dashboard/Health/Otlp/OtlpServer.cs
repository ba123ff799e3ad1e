using System.Globalization;
using Athena.Dashboard.Health.Domain.Otlp;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.Net.Http.Headers;

namespace Athena.Dashboard.Health.Otlp;

/// <summary>
/// OTLP over HTTP, metrics only, at the path that exporters put behind <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>. It stands
/// ahead of the pipeline, because every refusal has to be a <c>google.rpc.Status</c> in the encoding of the request; so
/// it brings its own authentication by key, and no cookie is ever looked at.
/// </summary>
public sealed partial class OtlpServer(OtlpIngest ingest, IApiKeys keys, BatchLimiter limiter, ILogger<OtlpServer> logger) : IDisposable
{
    public const string Path = "/v1/metrics";

    // What is unpacked at once stays bounded, however many send.
    private readonly SemaphoreSlim reading = new(Environment.ProcessorCount * 2);

    public async Task ServeAsync(HttpContext http)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        var type = MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var given) ? given.MediaType.Value : null;
        var isProtobuf = string.Equals(type, OtlpAnswer.Protobuf, StringComparison.OrdinalIgnoreCase);
        var call = new Call(http, IsJson: !isProtobuf);
        try
        {
            if (!HttpMethods.IsPost(http.Request.Method))
            {
                http.Response.Headers.Allow = "POST";
                await call.FailAsync(StatusCodes.Status405MethodNotAllowed, Code.Unimplemented, "Metrics are sent with POST.");
            }
            else if (await AdmitAsync(call) is { } environment)
            {
                if (!isProtobuf && !string.Equals(type, OtlpAnswer.Json, StringComparison.OrdinalIgnoreCase))
                    await call.FailAsync(StatusCodes.Status415UnsupportedMediaType, Code.InvalidArgument, $"Metrics are sent as {OtlpAnswer.Protobuf} or {OtlpAnswer.Json}.");
                else await TakeAsync(call, environment);
            }
        }
        catch (BadHttpRequestException bad) when (!http.Response.HasStarted)
        {
            await call.FailAsync(bad.StatusCode, Code.InvalidArgument, "The request cannot be read.");
        }
        catch (Exception failure) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            Log.Failed(logger, failure);
            // Nothing was counted, or it is known how far: the exporter may send the same again.
            http.Response.Headers.RetryAfter = "5";
            await call.FailAsync(StatusCodes.Status503ServiceUnavailable, Code.Unavailable, "The export could not be taken; the server's log says why.");
        }
    }

    public void Dispose() => reading.Dispose();

    /// <returns>The key's environment; null when the answer is written already.</returns>
    private async Task<string?> AdmitAsync(Call call)
    {
        var actor = Find(call.Http.Request) ?? (await keys.LookAgainAsync(call.Http.RequestAborted) ? Find(call.Http.Request) : null);
        if (actor is null)
        {
            call.Http.Response.Headers.WWWAuthenticate = "Bearer";
            return await call.FailAsync(StatusCodes.Status401Unauthorized, Code.Unauthenticated, "An API key is needed that is known, and neither revoked nor expired: in Authorization (Bearer) or X-API-Key, by OTEL_EXPORTER_OTLP_HEADERS.");
        }

        if (!actor.May(Permission.WriteHealth)) return await call.FailAsync(StatusCodes.Status403Forbidden, Code.PermissionDenied, "This key has not the scope health:write.");
        if (actor.Environment is not { } environment)
            return await call.FailAsync(StatusCodes.Status400BadRequest, Code.InvalidArgument, "This key is for all environments, so it does not say where this was measured. Export with a key made with an environment.");
        if (limiter.TryTake(actor.Id, out var wait)) return environment;
        call.Http.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        return await call.FailAsync(StatusCodes.Status429TooManyRequests, Code.ResourceExhausted, "More exports come with this key than one key may send.");
    }

    private Actor? Find(HttpRequest request) => PresentedKey.In(request) is { IsEmpty: false } key ? keys.Find(key) : null;

    private async Task TakeAsync(Call call, string environment)
    {
        var http = call.Http;
        var encoding = http.Request.Headers.ContentEncoding.ToString();
        if (encoding is not ("" or "identity" or "gzip"))
        {
            await call.FailAsync(StatusCodes.Status415UnsupportedMediaType, Code.InvalidArgument, "A body may be packed with gzip, and with nothing else.");
            return;
        }

        using var body = await RequestBody.ReadAsync(http.Request, OtlpBody.MostBytes, http.RequestAborted);
        if (body is null)
        {
            await call.FailAsync(StatusCodes.Status413PayloadTooLarge, Code.InvalidArgument, $"An export may have {OtlpBody.MostBytes / 1024 / 1024} MiB. Send fewer points at once.");
            return;
        }

        List<OtlpPoint> points;
        await reading.WaitAsync(http.RequestAborted);
        try
        {
            if ((encoding == "gzip" ? OtlpBody.Unpack(body.Bytes) : body.Bytes) is not { } bytes)
            {
                await call.FailAsync(StatusCodes.Status413PayloadTooLarge, Code.InvalidArgument, $"An export may unpack to {OtlpBody.MostUnpacked / 1024 / 1024} MiB. Send fewer points at once.");
                return;
            }

            points = call.IsJson ? OtlpJson.Read(bytes, IsWanted) : OtlpProtobuf.Read(bytes.Span, IsWanted);
        }
        catch (InvalidDataException fault)
        {
            await call.FailAsync(StatusCodes.Status400BadRequest, Code.InvalidArgument, "The body is not gzip, as Content-Encoding says. " + fault.Message);
            return;
        }
        catch (OtlpFaultException fault)
        {
            await call.FailAsync(fault.IsTooLarge ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest, Code.InvalidArgument, fault.Message);
            return;
        }
        finally
        {
            reading.Release();
        }

        if (await ingest.TakeAsync(points, environment, http.RequestAborted) is { } taken)
        {
            await call.AnswerAsync(StatusCodes.Status200OK, OtlpAnswer.Taken(call.IsJson, taken));
            return;
        }

        http.Response.Headers.RetryAfter = "1";
        await call.FailAsync(StatusCodes.Status503ServiceUnavailable, Code.Unavailable, "More counts wait to be stored than memory is set aside for. Send the same again in a second.");

        bool IsWanted(string metric) => ingest.Names(environment, metric);
    }

    /// <summary>Of google.rpc.Code.</summary>
    private static class Code
    {
        public const int InvalidArgument = 3;
        public const int PermissionDenied = 7;
        public const int ResourceExhausted = 8;
        public const int Unimplemented = 12;
        public const int Unavailable = 14;
        public const int Unauthenticated = 16;
    }

    private sealed record Call(HttpContext Http, bool IsJson)
    {
        public async Task<string?> FailAsync(int status, int code, string message)
        {
            await AnswerAsync(status, OtlpAnswer.Status(IsJson, code, message));
            return null;
        }

        public Task AnswerAsync(int status, byte[] body)
        {
            Http.Response.StatusCode = status;
            Http.Response.ContentType = IsJson ? OtlpAnswer.Json : OtlpAnswer.Protobuf;
            Http.Response.ContentLength = body.Length;
            return Http.Response.Body.WriteAsync(body, Http.RequestAborted).AsTask();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "An OTLP export could not be taken")]
        public static partial void Failed(ILogger logger, Exception failure);
    }
}

/// <summary>Puts <see cref="OtlpServer"/> ahead of the pipeline.</summary>
internal sealed class OtlpFilter(OtlpServer otlp) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((http, rest) => http.Request.Path.Equals(OtlpServer.Path, StringComparison.Ordinal) ? otlp.ServeAsync(http) : rest(http));
        next(app);
    };
}
