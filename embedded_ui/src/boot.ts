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
function reload(event?: Event): void {
  const reloads = Number(sessionStorage.getItem("sandbox.reloads") ?? 0);
  if (reloads >= RELOADS_MAX) return;
  sessionStorage.setItem("sandbox.reloads", String(reloads + 1));
  event?.preventDefault();
  setTimeout(() => location.reload(), 200 * reloads);
}
window.addEventListener("vite:preloadError", reload);

// The document names the main module and all that it imports. They are fetched from here on, side by side, and not by the
// document itself: on two cores that puts off the first paint.
const named = document.querySelector<HTMLMetaElement>("meta[name=modules]")?.content.split(" ") ?? [];
for (const href of named)
  document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href }));
// The first frame shows the outline of the page before the code takes the processor; a window behind others has no frames.
const FRAME_MS_MAX = 100;
const painted = new Promise<void>((resolve) => {
  requestAnimationFrame(() => setTimeout(resolve));
  setTimeout(resolve, FRAME_MS_MAX);
});
painted.then(() => import(/* @vite-ignore */ named[0] ?? "/console/src/main.tsx")).catch(() => reload());

declare global {
  interface Window {
    bootAnswers?: Map<string, Promise<Response>>;
  }
}

export {};
