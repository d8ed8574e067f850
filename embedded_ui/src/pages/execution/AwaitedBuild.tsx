import { Building } from "../../feature/builds/Building";
import { useLiveImages } from "../../feature/builds/live";

/** How far the build of an image is that a run waits for; nothing while nobody builds it. */
export default function AwaitedBuild({ reference }: { reference: string }) {
  const { data } = useLiveImages();
  const row = data?.images.find((each) => each.reference === reference && each.state === "building");
  return row ? <Building row={row} /> : null;
}
