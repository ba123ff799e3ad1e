// A client application: it asks for a flag through OpenFeature's own server SDK and OFREP provider, unmodified, serves
// its users by the answers, and reports health per arm. What it should play comes as JSON lines on standard input,
// what it saw goes out as JSON lines on standard output.
//
//   node service.mjs --url http://localhost:5080 --key KEY --flag database-views-v2 [--users 600] [--interval 500]
//   {"mode":"healthy"|"failing"|"silent"}   {"ask":["user-1","user-2"]}   {"stop":true}
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature } from '@openfeature/server-sdk';

const { values: options } = parseArgs({
  options: {
    url: { type: 'string' },
    key: { type: 'string' },
    flag: { type: 'string' },
    users: { type: 'string', default: '600' },
    interval: { type: 'string', default: '500' },
  },
});

const users = Array.from({ length: Number(options.users) }, (_, i) => `user-${i + 1}`);
const interval = Number(options.interval);
const requestsPerUser = 5;
const askedPerInterval = 150;
const instance = `client-${process.pid}`;

await OpenFeature.setProviderAndWait(
  new OFREPProvider({ baseUrl: options.url, headers: [['Authorization', `Bearer ${options.key}`]], timeoutMs: 5000 }),
);
const client = OpenFeature.getClient();

let mode = 'healthy';
let next = 0;
let batch = 0;
let from = new Date();
let stopping = false;
/** What each user was answered last: { value, arm, rolloutId, reason }. */
const answers = new Map();

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

async function ask(user) {
  const details = await client.getBooleanDetails(options.flag, false, { targetingKey: user });
  return {
    value: details.value,
    reason: details.reason,
    error: details.errorCode,
    arm: details.flagMetadata?.arm,
    rolloutId: details.flagMetadata?.rolloutId,
  };
}

async function askSome() {
  const turn = Array.from({ length: Math.min(askedPerInterval, users.length) }, (_, i) => users[(next + i) % users.length]);
  next = (next + turn.length) % users.length;
  await Promise.all(
    turn.map(async (user) => {
      const answer = await ask(user);
      // An application keeps serving what it last knew while the flag server cannot be asked.
      if (!answer.error) answers.set(user, answer);
    }),
  );
}

function serve() {
  const arms = {};
  for (const { arm } of answers.values()) {
    if (!arm) continue;
    const counts = (arms[arm] ??= { requests: 0, errors: 0, latency: { sumMs: 0 }, scores: { 4: 0, 5: 0 }, users: 0, adopters: 0 });
    counts.requests += requestsPerUser;
    counts.users += 1;
    counts.latency.sumMs += requestsPerUser * 120;
    counts.scores[counts.users % 3 === 0 ? 4 : 5] += 1;
    if (arm === 'exposed') counts.adopters += 1;
    if (arm === 'exposed' && mode === 'failing') counts.errors += requestsPerUser - 1;
  }
  return arms;
}

async function report(to) {
  const rolloutId = [...answers.values()].find((answer) => answer.rolloutId)?.rolloutId;
  if (!rolloutId) return undefined;
  const body = { batchId: `${instance}/${++batch}`, instance, from: from.toISOString(), to: to.toISOString(), rolloutId, arms: serve() };
  const response = await fetch(new URL('/health/v1/batches', options.url), {
    method: 'POST',
    headers: { Authorization: `Bearer ${options.key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.ok ? undefined : { status: response.status, problem: await response.text() };
}

createInterface({ input: process.stdin }).on('line', async (line) => {
  const wish = JSON.parse(line);
  if (wish.mode) mode = wish.mode;
  if (wish.stop) stopping = true;
  if (wish.ask) {
    say({ asked: Object.fromEntries(await Promise.all(wish.ask.map(async (user) => [user, await ask(user)]))) });
  }
});

while (!stopping) {
  const began = Date.now();
  let problem;
  try {
    await askSome();
    const to = new Date();
    if (mode !== 'silent') problem = await report(to);
    from = to;
  } catch (failure) {
    // The server may be down for a moment: a real application goes on.
    problem = { status: 0, problem: String(failure) };
  }
  const all = [...answers.values()];
  say({
    mode,
    known: all.length,
    on: all.filter((answer) => answer.value).length,
    exposed: all.filter((answer) => answer.arm === 'exposed').length,
    control: all.filter((answer) => answer.arm === 'control').length,
    problem,
  });
  await new Promise((resolve) => setTimeout(resolve, Math.max(10, interval - (Date.now() - began))));
}
await OpenFeature.close();
process.exit(0);
