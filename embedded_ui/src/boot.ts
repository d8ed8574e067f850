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

// A part of the page that cannot be had (of a build that is gone after an update, or cut off by a network that changed)
// is fetched anew with the page, once.
window.addEventListener("vite:preloadError", (event) => {
  if (sessionStorage.getItem("sandbox.reloaded")) return;
  sessionStorage.setItem("sandbox.reloaded", "1");
  event.preventDefault();
  location.reload();
});

import("./main");

declare global {
  interface Window {
    bootAnswers?: Map<string, Promise<Response>>;
  }
}

export {};
