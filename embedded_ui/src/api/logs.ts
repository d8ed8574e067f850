import { queryString } from "../base/address";
import { local, path, request } from "./rest";
import type { LogLines } from "./types";

export interface LogName {
  namespace: string;
  pod: string;
}

/** One match: the number of the line, and from where to where in it. */
export type Match = [line: number, start: number, end: number];

export interface LogSearch {
  q: string;
  regex: boolean;
  matchCase: boolean;
  /** Only lines of standard error. */
  stderrOnly?: boolean;
}

const base = ({ namespace, pod }: LogName): string => `/logs${path(namespace, pod)}`;

/** Lines from number `from` on (from 0); a negative one counts from the end. */
export const logLines = (log: LogName, from: number, count: number): Promise<LogLines> =>
  local<LogLines>(`${base(log)}/lines${queryString({ from, count })}`);

export const searchQuery = ({ q, regex, matchCase, stderrOnly }: LogSearch) => ({
  q,
  regex: regex ? 1 : 0,
  case: matchCase ? 1 : 0,
  stderr: stderrOnly ? 1 : undefined,
});

/** All lines from number `from` to `to`, without the last; the server cuts them where they are very long. */
export async function eachLine(log: LogName, from: number, to: number, take: (part: LogLines) => void): Promise<void> {
  for (let at = from; at < to; ) {
    const part = await logLines(log, at, Math.min(5000, to - at));
    if (part.text.length === 0) return;
    take(part);
    at += part.text.length;
  }
}

/** One line whole, as text; the first is 0. */
export const lineAddress = (log: LogName, line: number): string => `/sandbox/v1${base(log)}/line?n=${line}`;

/** Where the whole log, or only its lines that match, can be downloaded. */
export const rawAddress = (log: LogName, search?: LogSearch): string =>
  `/sandbox/v1${base(log)}/raw${search ? queryString(searchQuery(search)) : ""}`;

/** The same line as a text. */
export const longLine = async (log: LogName, n: number): Promise<string> =>
  (await request(`/sandbox/v1${base(log)}/line${queryString({ n })}`)).text();

interface SearchEnd {
  done: boolean;
  next: number | null;
  scanned: number;
}

/** Matches of a search as the server finds them, in portions; from that line on. */
export async function* searchLog(
  log: LogName,
  search: LogSearch,
  signal: AbortSignal,
  begin = 0,
): AsyncGenerator<Match[]> {
  let from: number | null = begin;
  while (from !== null) {
    const query: string = queryString({ ...searchQuery(search), from, limit: 10_000 });
    const answer = await request(`/sandbox/v1${base(log)}/search${query}`, { signal });
    let end: SearchEnd | undefined;
    for await (const part of jsonLines(answer)) {
      const matches = part.filter((each): each is Match => Array.isArray(each));
      if (matches.length > 0) yield matches;
      end = part.find((each): each is SearchEnd => !Array.isArray(each)) ?? end;
    }
    from = end && !end.done ? end.next : null;
  }
}

/** The JSON values of an answer of one value a line, as they arrive. */
async function* jsonLines(answer: Response): AsyncGenerator<(Match | SearchEnd)[]> {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    const lines = (rest + read.value).split("\n");
    rest = lines.pop() ?? "";
    yield lines.filter((line) => line !== "").map((line) => JSON.parse(line));
  }
  if (rest !== "") yield [JSON.parse(rest)];
}
