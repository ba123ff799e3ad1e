// One connection to the hub at /hubs/live for all that listens on this page.
//
// We call       Subscribe(group, afterSequence)   -1 replays no events
//               Unsubscribe(group)
// The hub sends snapshot { group, points: [{ at, series }] }   once after Subscribe, oldest first
//               points   { group, at, series }                 at: ms since 1970; series: name to number or null
//               event    { group, sequence, at, type, actorName, payload }
// A lost connection comes back by itself, with jitter; each group is then subscribed anew, and its snapshot closes the gap.
import { HubConnectionBuilder, HubConnectionState, LogLevel, type HubConnection } from '@microsoft/signalr';

export interface Point {
  at: number;
  series: Record<string, number | null>;
}

export interface Listener {
  snapshot?(points: Point[]): void;
  point?(point: Point): void;
  /** True while the hub is heard. */
  state?(connected: boolean): void;
}

const groups = new Map<string, Set<Listener>>();
const asked = new Set<string>();
let connection: HubConnection | null = null;
let starting: Promise<void> | null = null;
let idle = 0;

/** Listens to a group; the function that comes back ends it. */
export function listen(group: string, listener: Listener): () => void {
  clearTimeout(idle);
  const own = groups.get(group) ?? new Set();
  own.add(listener);
  groups.set(group, own);
  // A later listener needs the snapshot too; those of one page come together and share one.
  if (!asked.has(group)) {
    asked.add(group);
    setTimeout(() => {
      asked.delete(group);
      if (groups.has(group)) void connect().then(() => subscribe(group));
    }, 30);
  }
  return () => {
    own.delete(listener);
    if (own.size > 0) return;
    groups.delete(group);
    if (connection?.state === HubConnectionState.Connected) void connection.invoke('Unsubscribe', group).catch(() => undefined);
    if (groups.size === 0) idle = setTimeout(() => void stop(), 10_000);
  };
}

function connect(): Promise<void> {
  if (connection?.state === HubConnectionState.Connected) return Promise.resolve();
  return starting ??= start().finally(() => { starting = null; });
}

async function start(): Promise<void> {
  if (!connection) {
    connection = new HubConnectionBuilder()
      .withUrl('/hubs/live')
      .withAutomaticReconnect({ nextRetryDelayInMilliseconds: retry => wait(retry.previousRetryCount) })
      .configureLogging(LogLevel.None)
      .build();
    connection.on('snapshot', (message: { group: string; points?: Point[] }) => {
      if (message.points) for (const listener of groups.get(message.group) ?? []) listener.snapshot?.(message.points);
    });
    connection.on('points', (message: Point & { group: string }) => {
      for (const listener of groups.get(message.group) ?? []) listener.point?.(message);
    });
    connection.on('event', () => undefined);
    connection.onreconnecting(() => tell(false));
    connection.onreconnected(() => { tell(true); for (const group of groups.keys()) void subscribe(group); });
  }
  for (let attempt = 0; connection && connection.state === HubConnectionState.Disconnected; attempt++) {
    try {
      await connection.start();
      tell(true);
    } catch {
      tell(false);
      await new Promise(resolve => setTimeout(resolve, wait(attempt)));
    }
  }
}

async function subscribe(group: string): Promise<void> {
  if (connection?.state !== HubConnectionState.Connected) return;
  try {
    await connection.invoke('Subscribe', group, -1);
  } catch {
    // Refused or just lost; a lost connection subscribes again when it is back.
  }
}

async function stop(): Promise<void> {
  const old = connection;
  connection = null;
  await old?.stop();
}

function tell(connected: boolean): void {
  for (const own of groups.values()) for (const listener of own) listener.state?.(connected);
}

// As in reconnect.ts: half of the wait is chance, so that not all come back at once.
function wait(attempt: number): number {
  const most = Math.min(20_000, 1000 * 2 ** Math.min(attempt, 5));
  return most / 2 + (Math.random() * most) / 2;
}
