// Runs before React is parsed: asks for what the page will show, so that answers travel while the code does.
const answers = new Map<string, Promise<Response>>();
window.bootAnswers = answers;

function ask(address: string): void {
  const answer = fetch(address, { headers: { Accept: "*/*" } });
  answer.catch(() => {}); // Whoever takes the answer sees the failure.
  answers.set(address, answer);
}

ask("/api/v1/projects");
ask("/sandbox/v1/status");
const run = /^\/console\/projects\/([^/]+)\/domains\/([^/]+)\/executions\/([^/]+)\/?$/.exec(location.pathname);
if (run) ask(`/sandbox/v1/runs/${run[1]}/${run[2]}/${run[3]}`);

const list = /^\/console\/projects\/([^/]+)\/domains\/([^/]+)\/executions\/?$/.exec(location.pathname);
if (list && location.search === "") ask(`/sandbox/v1/executions?project=${list[1]}&domain=${list[2]}&limit=50`);

// A part of the page that cannot be had is fetched anew with the page: it is of a build that is gone after an update, or
// the browser gave it up because a network came or went, which every container's start does.
const RELOADS_MAX = 5;
window.addEventListener("vite:preloadError", (event) => {
  const reloads = Number(sessionStorage.getItem("sandbox.reloads") ?? 0);
  if (reloads >= RELOADS_MAX) return;
  sessionStorage.setItem("sandbox.reloads", String(reloads + 1));
  event.preventDefault();
  setTimeout(() => location.reload(), 200 * reloads);
});

import("./main");

declare global {
  interface Window {
    bootAnswers?: Map<string, Promise<Response>>;
  }
}

export {};
