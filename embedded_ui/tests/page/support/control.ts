import { connect } from "node:net";

/** Kills (`kill -9`), stops or starts the sandbox of the tests, and waits until that is done. */
export function control(act: "kill" | "stop" | "start"): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(process.env["PAGE_CONTROL"] ?? "");
    let answer = "";
    socket.setEncoding("utf8");
    socket.on("connect", () => socket.write(`${act}\n`));
    socket.on("data", (text: string) => {
      answer += text;
    });
    socket.on("error", reject);
    socket.on("close", () => (answer === "ok\n" ? resolve() : reject(new Error(answer || `${act}: no answer`))));
  });
}
