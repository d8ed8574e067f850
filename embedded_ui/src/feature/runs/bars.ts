// The last runs as bars, the newest right.
import type { StripEntry } from "../../api/types";
import { href } from "../../base/address";
import { serverNow } from "../../base/clock";
import type { Place } from "../../base/kinds";
import type { Text } from "../../text";
import { duration } from "../../text/format";
import type { Bar } from "../../ui/Bars";
import { phaseLook } from "../../ui/phases";

/** Of a strip, which begins with the newest. */
export const barsOf = (text: Text, { project, domain }: Place, strip: StripEntry[]): Bar[] =>
  strip
    .map(({ id, phase, started_at, duration_ms }) => {
      const length = duration_ms ?? (started_at ? Math.max(0, serverNow() - Date.parse(started_at)) : 0);
      return {
        id,
        phase,
        duration: length,
        label: text.executions.bar(id, text.phase[phaseLook(phase).word], duration(length)),
        href: href.execution({ project, domain, name: id }),
      };
    })
    .reverse();
