// Asks for flags through OpenFeature's own SDKs and OFREP providers, unmodified, and says what an application would see.
// Commands come as JSON lines on standard input, each answered by one JSON line on standard output.
//
//   node ask.mjs --sdk server|web --url http://localhost:5080 --header "Authorization: Bearer KEY" [--stream]
//   {"context":{"targetingKey":"user-1"},"flags":[{"key":"a","type":"boolean","default":false}]}
//   {"await":"change"} waits until the web provider says by itself that flags have changed, and is answered {"changed":["a"]}
//   → {"answers":[{"value":true,"reason":"STATIC","variant":"on","metadata":{}}],"statuses":[200],"ready":true}
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { EventSource } from 'eventsource';

// Browsers have it of their own; the web provider looks for it there.
globalThis.EventSource = EventSource;

const { values: options } = parseArgs({
  options: { sdk: { type: 'string' }, url: { type: 'string' }, header: { type: 'string' }, stream: { type: 'boolean' } },
});

const [headerName, headerValue] = options.header.split(/:\s*/, 2);
const statuses = [];
const settings = {
  baseUrl: options.url,
  headers: [[headerName, headerValue]],
  // Patience only: a busy machine answers late.
  timeoutMs: 60_000,
  // Only listens: the statuses tell whether the provider's own caching worked.
  fetchImplementation: async (...request) => {
    const response = await fetch(...request);
    statuses.push(response.status);
    return response;
  },
};

async function connectServer() {
  const { OpenFeature } = await import('@openfeature/server-sdk');
  const { OFREPProvider } = await import('@openfeature/ofrep-provider');
  await OpenFeature.setProviderAndWait(new OFREPProvider(settings));
  const client = OpenFeature.getClient();
  return { client, ask: (type, flag, context) => client[`get${type}Details`](flag.key, flag.default, context) };
}

async function connectWeb() {
  const { OpenFeature, ProviderEvents } = await import('@openfeature/web-sdk');
  const { OFREPWebProvider } = await import('@openfeature/ofrep-web-provider');
  let provided = false;
  const client = OpenFeature.getClient();
  const changes = [];
  let waiting;
  client.addHandler(ProviderEvents.ConfigurationChanged, (details) => {
    changes.push(details?.flagsChanged ?? []);
    waiting?.();
  });
  return {
    client,
    changed: async () => {
      if (changes.length === 0) await new Promise((resolve) => (waiting = resolve));
      return changes.shift();
    },
    enter: async (context) => {
      await OpenFeature.setContext(context);
      if (provided) return;
      provided = true;
      await OpenFeature.setProviderAndWait(new OFREPWebProvider({ ...settings, pollInterval: 0, changeDetection: options.stream ? 'sse' : 'none' })).catch(() => undefined);
    },
    ask: (type, flag) => client[`get${type}Details`](flag.key, flag.default),
  };
}

const sdk = options.sdk === 'web' ? await connectWeb() : await connectServer();

for await (const line of createInterface({ input: process.stdin })) {
  const { await: awaited, context, flags } = JSON.parse(line);
  if (awaited) {
    process.stdout.write(`${JSON.stringify({ changed: await sdk.changed() })}\n`);
    continue;
  }

  statuses.length = 0;
  await sdk.enter?.(context);
  const answers = [];
  for (const flag of flags) {
    const type = flag.type[0].toUpperCase() + flag.type.slice(1);
    const { value, reason, variant, flagMetadata, errorCode, errorMessage } = await sdk.ask(type, flag, context);
    answers.push({ value, reason, variant, metadata: flagMetadata, errorCode, errorMessage });
  }
  process.stdout.write(`${JSON.stringify({ answers, statuses: [...statuses], ready: sdk.client.providerStatus === 'READY' })}\n`);
}
process.exit(0);
