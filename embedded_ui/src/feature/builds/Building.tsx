import type { Image } from "../../api/machine";
import { href } from "../../base/address";
import { useMachineText } from "../../text/machine";
import { Link } from "../../ui/Link";
import { Progress } from "../../ui/Progress";
import { Duration } from "../../ui/Time";

/** How far the build of an image is, with the way to its log. */
export function Building({ row: { build, step, steps, started_at } }: { row: Image }) {
  const { builds } = useMachineText();
  return (
    <Progress share={step && steps ? (step - 1) / steps : 0}>
      <span>
        {step ? builds.step(step, steps) : builds.begins}, <Duration since={started_at} />
      </span>
      {build && <Link href={href.build(build)}>{builds.openLog}</Link>}
    </Progress>
  );
}
