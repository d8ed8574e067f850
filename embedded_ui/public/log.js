// #/log/NAMESPACE/POD/pod?namespace=NAMESPACE, the address that the log links of task executions have.
const note = document.getElementById("note"),
  log = document.getElementById("log");

async function show() {
  const parts = location.hash.split("?")[0].split("/").map(decodeURIComponent);
  if (parts[1] !== "log" || !parts[2] || !parts[3]) {
    note.textContent = "No pod is named here. `sandbox pods` lists them, and an execution's page links to its logs.";
    return;
  }
  const [namespace, pod] = [parts[2], parts[3]];
  document.title = document.getElementById("pod").textContent = pod;
  log.textContent = "";
  note.textContent = `${namespace}, reading`;
  const answer = await fetch(
    `/sandbox/v1/logs/${encodeURIComponent(pod)}?follow=1&namespace=${encodeURIComponent(namespace)}`,
  );
  if (!answer.ok) {
    note.textContent = (await answer.json()).message;
    return;
  }
  note.textContent = `${namespace}, following`;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    const atEnd = innerHeight + scrollY >= document.body.scrollHeight - 40;
    log.append(piece.value);
    if (atEnd) scrollTo(0, document.body.scrollHeight);
  }
  note.textContent = `${namespace}, the pod has ended`;
}

addEventListener("hashchange", () => location.reload());
show().catch((error) => {
  note.textContent = String(error);
});
