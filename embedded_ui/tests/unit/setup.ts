import "../../src/text";
import { vi } from "vitest";

// What jsdom does not have and components ask for.
vi.stubGlobal("matchMedia", (query: string) => ({
  matches: false,
  media: query,
  addEventListener: () => {},
  removeEventListener: () => {},
}));
