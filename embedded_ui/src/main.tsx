import "./tokens.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { client } from "./api/client";
import { App, addressAt } from "./app/App";
import { preparePage } from "./app/pages";
import { lastPlace } from "./base/last-place";
import { canonical } from "./base/old-address";
import { followPreferences } from "./base/preferences";
import { loadText } from "./text";

const to = canonical(location, lastPlace());
if (to !== location.pathname + location.search + location.hash) history.replaceState(null, "", to);
followPreferences();
// Shown at once with its page; what cannot be fetched is asked for again when it is shown, and says what is wrong.
await Promise.all([loadText(), preparePage(addressAt(to)).catch(() => {})]);
const root = document.getElementById("root");
if (!root) throw new Error("the document has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
sessionStorage.removeItem("sandbox.reloads");
