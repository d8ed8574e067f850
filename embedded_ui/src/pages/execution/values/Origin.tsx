import { useQuery } from "@tanstack/react-query";
import { client } from "../../../api/client";
import { loadBindings } from "../../../api/objects";
import { runKey } from "../../../api/runs";
import type { Bindings, Run } from "../../../api/types";
import { href } from "../../../base/address";
import { useStoredText as useText } from "../../../text/stored";
import { Link } from "../../../ui/Link";
import { ErrorState, LoadingLine } from "../../../ui/States";
import type { Owner } from "./address";
import styles from "./Values.module.css";

type Source = Bindings["bindings"][number]["from"][number];

/** An attribute of an output: ["size", 0] is .size[0]. */
export const attributeText = (path: unknown[]): string =>
  path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");

/** The link to what an input was made of. */
function SourceLink({ owner: { run }, source }: { owner: Owner; source: Source }) {
  const text = useText();
  const { kind, node, name } = source;
  const whole = name + attributeText(source.path);
  if (node === null)
    return <Link href={href.execution(run, { tab: "values" })}>{text.stored.values.ofRun(whole)}</Link>;
  const nodes = client.getQueryData<Run>(runKey(run))?.nodes ?? [];
  const found = nodes.find(({ id }) => id === node);
  const label = text.stored.values.ofNode(found?.display || node, whole);
  return <Link href={href.execution(run, { node, panel: kind === "output" ? "outputs" : "inputs" })}>{label}</Link>;
}

/** Where a value comes from: an output of a node, an input, or the workflow itself. */
export function Origin({ owner, name }: { owner: Owner; name: string }) {
  const text = useText();
  const node = owner.node ?? "end-node";
  const { data, error, isPending } = useQuery({
    queryKey: ["origin", owner.run, node],
    queryFn: () => loadBindings(owner.run, node),
  });
  if (error) return <ErrorState title={text.stored.values.unknown} error={error} />;
  const binding = data?.bindings.find(({ input }) => input === name);
  return (
    <div className={styles.origin}>
      <LoadingLine loading={isPending} />
      {data && !binding && <p>{text.stored.values.unknown}</p>}
      {binding?.constant && <p>{text.stored.values.constant}</p>}
      {binding?.from.map((source) => (
        <p key={`${source.node}/${source.name}/${source.path.join("/")}`}>
          <SourceLink owner={owner} source={source} />
        </p>
      ))}
    </div>
  );
}
