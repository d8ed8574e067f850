import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";

/** What a page did that no page of ours may do. */
class Watch {
  readonly problems: string[] = [];
  readonly #origin: string;

  constructor(baseURL: string) {
    this.#origin = new URL(baseURL).origin;
  }

  async follow(context: BrowserContext): Promise<void> {
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
      });
    });
    context.on("page", (page) => this.#followPage(page));
    context.on("request", (request) => {
      const url = new URL(request.url());
      if (url.protocol.startsWith("http") && url.origin !== this.#origin)
        this.problems.push(`request to another host: ${url}`);
    });
    context.on("response", (response) => {
      if (response.status() >= 500) this.problems.push(`${response.status()} from ${response.url()}`);
    });
  }

  #followPage(page: Page): void {
    page.on("console", (message) => {
      if (message.type() === "error") this.problems.push(`console: ${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => this.problems.push(`page error: ${error.message}`));
    page.on("crash", () => this.problems.push("the page crashed"));
  }
}

interface Fixtures {
  /** Messages that a test wants to happen: a missing execution is a 404 in the browser's console. */
  expected: RegExp[];
}

/**
 * Every test through these fails on a console error, a page error, a report of the content security policy, a request
 * to another host, or a 5xx.
 */
export const test = base.extend<Fixtures>({
  expected: [[], { option: true }],
  context: async ({ context, baseURL, expected }, use) => {
    const watch = new Watch(baseURL ?? "");
    await watch.follow(context);
    await use(context);
    const unexpected = watch.problems.filter((problem) => !expected.some((each) => each.test(problem)));
    expect(unexpected, "what no page of ours may do").toEqual([]);
  },
});

export { expect };
