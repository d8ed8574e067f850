/** What a server says when it refuses: its own code and text beside the status. */
export class ServerError extends Error {
  readonly status: number;
  readonly code: number;
  readonly reason: string;
  readonly field: string;

  constructor(status: number, body: { code?: number; message?: string; reason?: string; field?: string }) {
    super(body.message || `HTTP ${status}`);
    this.status = status;
    this.code = body.code ?? 0;
    this.reason = body.reason ?? "";
    this.field = body.field ?? "";
  }
}

/** The server could not be reached at all. */
export class AwayError extends Error {}

export interface RequestOptions {
  method?: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  body?: unknown;
  /** Only these bytes: from the first up to the second, without it. */
  range?: [number, number];
  signal?: AbortSignal;
}

/** Answers that the boot script asked for before this module was here; each is used once. */
declare global {
  interface Window {
    bootAnswers?: Map<string, Promise<Response>>;
  }
}

async function send(address: string, options: RequestOptions): Promise<Response> {
  const early = options.method === undefined ? globalThis.window?.bootAnswers?.get(address) : undefined;
  if (early) {
    window.bootAnswers?.delete(address);
    const answer = await early.catch(() => null);
    if (answer) return answer;
  }
  return fetch(address, {
    method: options.method ?? "GET",
    headers: {
      Accept: "*/*",
      ...(options.range ? { Range: `bytes=${options.range[0]}-${options.range[1] - 1}` } : {}),
      ...(options.body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    ...(options.signal ? { signal: options.signal } : {}),
  });
}

async function refusal(answer: Response): Promise<ServerError> {
  const text = await answer.text();
  try {
    return new ServerError(answer.status, JSON.parse(text));
  } catch {
    return new ServerError(answer.status, { message: text.slice(0, 500) });
  }
}

/** One request; an answer that is no success is thrown as ServerError, no answer as AwayError. */
export async function request(address: string, options: RequestOptions = {}): Promise<Response> {
  let answer: Response;
  try {
    answer = await send(address, options);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new AwayError(error instanceof Error ? error.message : String(error));
  }
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

/** The JSON of an answer of the local API (/sandbox/v1): null means unknown there, so it stays. */
export async function local<T>(address: string, options: RequestOptions = {}): Promise<T> {
  return (await request(`/sandbox/v1${address}`, options)).json() as Promise<T>;
}

/** The JSON of an answer of upstream's API (/api/v1), without its nulls: they only say that a message is not set. */
export async function rest<T>(address: string, options: RequestOptions = {}): Promise<T> {
  return withoutNulls(await (await request(`/api/v1${address}`, options)).json()) as T;
}

/** The same value without fields that are null. Elements of arrays stay, and all of a Struct literal: it may hold null. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== null)
      .map(([key, each]) => [key, key === "generic" ? each : withoutNulls(each)]),
  );
}

/** A path from its parts, each percent-encoded. */
export const path = (...parts: string[]): string => `/${parts.map(encodeURIComponent).join("/")}`;
