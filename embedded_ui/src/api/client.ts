import { QueryClient } from "@tanstack/react-query";
import { AwayError, ServerError } from "./rest";

/** The cache of what was read. Nothing in it grows stale by time: the live channel writes into it. */
export const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 5 * 60 * 1000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      refetchOnMount: false,
      networkMode: "always",
      retry: (failures, error) => failures < 2 && (error instanceof AwayError || isBusy(error)),
      retryDelay: (failures) => 300 * 2 ** failures,
    },
    mutations: { networkMode: "always" },
  },
});

const isBusy = (error: Error): boolean => error instanceof ServerError && error.status === 503;
