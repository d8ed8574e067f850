// Files from the page into the object store, with progress: the server computes what the page would have to.
import type { Place } from "../base/kinds";
import { path, ServerError } from "./rest";

export interface Upload {
  /** Where the file is once it is there. */
  done: Promise<string>;
  cancel: () => void;
}

/** Sends a file; `name` may hold folders. `onProgress` is told the bytes that have left. */
export function upload(file: Blob, to: Place, name: string, onProgress: (sent: number) => void): Upload {
  const call = new XMLHttpRequest();
  const done = new Promise<string>((resolve, reject) => {
    call.upload.onprogress = (event) => onProgress(event.loaded);
    call.onload = () => {
      try {
        const answer = JSON.parse(call.responseText);
        if (call.status < 300) resolve(answer.uri);
        else reject(new ServerError(call.status, answer));
      } catch {
        reject(new ServerError(call.status, { message: call.responseText.slice(0, 500) }));
      }
    };
    call.onerror = () => reject(new Error("the connection broke"));
    call.onabort = () => reject(new DOMException("cancelled", "AbortError"));
  });
  call.open("PUT", `/sandbox/v1/uploads${path(to.project, to.domain, ...name.split("/"))}`);
  call.setRequestHeader("Content-Type", "application/octet-stream");
  call.send(file);
  return { done, cancel: () => call.abort() };
}
