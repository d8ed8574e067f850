import { RouterProvider } from "react-aria-components";
import { useBrowserLocation } from "wouter/use-browser-location";
import { type Address, readPath } from "../base/address";
import { lastPlace } from "../base/last-place";
import { canonical } from "../base/old-address";
import { go } from "../base/query";
import { Shell } from "./Shell";

export const addressAt = (to: string): Address => readPath(new URL(to, location.origin).pathname);

/** The whole page: the address decides what the shell shows. */
export function App() {
  const [path] = useBrowserLocation();
  const address = addressAt(canonical(location, lastPlace()) || path);
  return (
    <RouterProvider navigate={(href) => go(href)}>
      <Shell address={address} />
    </RouterProvider>
  );
}
