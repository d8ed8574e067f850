import { useOneNode } from "../../api/runs";
import type { Run, RunAttempt } from "../../api/types";
import type { RunName } from "../../base/kinds";

/** The attempt that a story is about: of its node, or of the item of an array. */
export function useStoryAttempt(run: RunName, { attempts, story }: Pick<Run, "attempts" | "story">) {
  const { node = "", item, array } = story;
  const ofItem = item !== undefined && array !== undefined;
  const { data } = useOneNode(run, array ?? node, item ?? null, ofItem);
  const of: RunAttempt[] = ofItem ? (data?.attempts ?? []) : attempts.filter((each) => each.node === node);
  return of.find(({ attempt }) => attempt === story.attempt) ?? of.at(-1);
}
