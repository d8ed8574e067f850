import { useQueryValues } from "../../../base/query";
import { useText } from "../../../text";
import { count } from "../../../text/format";
import { Button } from "../../../ui/Button";
import { GROUPS, type Group, groupsIn } from "./filter";
import styles from "./NodesTab.module.css";

interface GroupButtonsProps {
  /** The word of the query that keeps which are chosen. */
  word: string;
  numbers: Record<Group, number>;
}

/** A button for each group of phases that there is something of; what is chosen narrows a list. */
export function GroupButtons({ word, numbers }: GroupButtonsProps) {
  const text = useText();
  const [query, change] = useQueryValues();
  const chosen = groupsIn(query.get(word));
  const without = (group: Group) => chosen.filter((each) => each !== group);
  return GROUPS.filter((group) => numbers[group] > 0 || chosen.includes(group)).map((group) => (
    <Button
      key={group}
      pressed={chosen.includes(group)}
      onPress={() => change({ [word]: (chosen.includes(group) ? without(group) : [...chosen, group]).join(";") })}
    >
      {text.phase[group]} <span className={styles.number}>{count(numbers[group])}</span>
    </Button>
  ));
}
