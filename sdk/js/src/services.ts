/** What a program has besides the model: its client, other programs, names and messages. */

import type { LogLevel } from 'pie4j:inferlet/runtime@0.1.0';
import type { Child as HostChild } from 'pie4j:inferlet/children@0.1.0';
import type { Subscription as HostSubscription } from 'pie4j:inferlet/messaging@0.1.0';
import { children, client, http, messaging, runtime, store } from './bindings.js';
import { when } from './runtime.js';
import { decodeUtf8, encodeUtf8 } from './utf8.js';

/** Characters that are printed at once. */
const PIECE = 16 << 10;

/** Prints text to whoever launched the program, as it is. */
export function print(text: unknown): void {
  const all = String(text);
  for (let at = 0; at < all.length; ) {
    let end = Math.min(all.length, at + PIECE);
    if (end < all.length && (all.charCodeAt(end - 1) & 0xfc00) === 0xd800) {
      end--; // both halves of a character go together
    }
    try {
      runtime.print(all.slice(at, end));
    } catch {
      return; // whoever launched it may be gone; that is no reason to end
    }
    at = end;
  }
}

/** Writes a line to the engine's log. */
export function log(message: unknown, level: LogLevel = 'info'): void {
  try {
    runtime.log(level, String(message));
  } catch {
    // the log takes no more from this program
  }
}

/** This instance's id, unique in the engine. */
export function instanceId(): string {
  return runtime.instanceId();
}

/** Milliseconds of a clock that begins anywhere and only goes on. */
export function now(): number {
  return runtime.now() / 1e6;
}

/** Waits for some time. */
export async function sleep(milliseconds: number): Promise<void> {
  await when(runtime.sleep(milliseconds));
}

/** Sends a message to whoever launched the program. */
export function send(message: string): void {
  client.send(message);
}

/** The next message from whoever launched the program. */
export async function receive(): Promise<string> {
  return when(client.receive());
}

/** Another program that this one launched; it goes on when nobody refers to it any more. */
export class Child {
  readonly #raw: HostChild;

  private constructor(raw: HostChild) {
    this.#raw = raw;
  }

  /** Starts an installed program, named as `name` or `name@version`. */
  static launch(program: string, args: string[] = []): Child {
    return new Child(children.launch(program, args));
  }

  /** Sends it a message. */
  send(message: string): void {
    this.#raw.send(message);
  }

  /** Its next message. */
  async receive(): Promise<string> {
    return when(this.#raw.receive());
  }

  /** Its end: what it printed. */
  async join(): Promise<string> {
    return when(this.#raw, true);
  }

  /** Ends it. */
  cancel(): void {
    this.#raw.cancel();
  }
}

/** What is broadcast to a topic from now on, in order: an endless iterable. */
export class Subscription implements AsyncIterable<string> {
  readonly #raw: HostSubscription;

  constructor(topic: string) {
    this.#raw = messaging.subscribe(topic);
  }

  /** The next message. */
  async receive(): Promise<string> {
    return when(this.#raw.receive());
  }

  async *[Symbol.asyncIterator](): AsyncIterator<string> {
    for (;;) {
      yield await this.receive();
    }
  }

  /** Listens no longer. */
  [Symbol.dispose](): void {
    this.#raw[Symbol.dispose]();
  }
}

/** Sends a message to whoever listens to a topic; how many do. */
export function broadcast(topic: string, message: string): number {
  return messaging.broadcast(topic, message);
}

/** Puts a message in a mailbox, where it waits for one program to pull it. */
export function push(mailbox: string, message: string): void {
  messaging.push(mailbox, message);
}

/** Takes a mailbox's oldest message. */
export async function pull(mailbox: string): Promise<string> {
  return when(messaging.pull(mailbox));
}

/** Texts that outlive the program, for this user's programs. */
export const storage = {
  /** The text under a key; none if there is none. */
  get(key: string): string | undefined {
    const bytes = store.get(key);
    return bytes === null ? undefined : decodeUtf8(bytes);
  },

  /** Keeps a text under a key. */
  set(key: string, value: string): void {
    store.set(key, encodeUtf8(value));
  },

  /** Forgets a key; whether it was there. */
  delete(key: string): boolean {
    return store.delete(key);
  },

  /** The keys that begin with a prefix, sorted. */
  keys(prefix = ''): string[] {
    return store.listKeys(prefix);
  },
};

/** A server's answer. */
export interface HttpResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  text: string;
}

/** What is asked of a server. */
export interface HttpRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  timeoutMillis?: number;
}

/** Asks a server; takes the capability `http` for its host. */
export async function httpRequest(url: string, ask: HttpRequest = {}): Promise<HttpResponse> {
  const future = http.request({
    method: ask.method ?? (ask.body === undefined ? 'GET' : 'POST'),
    url,
    headers: Object.entries(ask.headers ?? {}).map(([name, value]) => ({ name, value })),
    body: encodeUtf8(ask.body ?? ''),
    timeoutMilliseconds: ask.timeoutMillis ?? null,
  });
  using response = await when(future);
  const body = await when(response.readAll());
  const headers: Record<string, string> = {};
  for (const { name, value } of response.headers()) {
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return { status: response.status(), headers, text: decodeUtf8(body) };
}

/** The text that a server has at an address; fails if its answer is no success. */
export async function httpGet(url: string): Promise<string> {
  const { status, text } = await httpRequest(url);
  if (status < 200 || status > 299) {
    throw new Error(`${url} answered ${status}: ${text}`);
  }
  return text;
}
