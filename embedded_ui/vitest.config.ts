import { defineConfig, mergeConfig } from "vitest/config";
import bundler from "./vite.config";

// Apart from the bundler's, which builds without the packages of the tests.
export default mergeConfig(
  bundler,
  defineConfig({
    test: {
      environment: "jsdom",
      include: ["tests/unit/**/*.test.{ts,tsx}"],
      setupFiles: ["tests/unit/setup.ts"],
    },
  }),
);
