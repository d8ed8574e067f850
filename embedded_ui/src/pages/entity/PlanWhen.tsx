import { useSchedules } from "../../api/platform";
import type { EntityRow } from "../../api/types";
import { ScheduleWords } from "../../feature/schedule/ScheduleWords";
import { useMachineText } from "../../text/machine";
import { Nothing } from "../../ui/Amount";
import { Time } from "../../ui/Time";

/** What a list of launch plans says of the schedule of one. */
export default function PlanWhen({ row, show }: { row: EntityRow; show: "words" | "state" | "next" }) {
  const { schedules } = useMachineText();
  const { data } = useSchedules();
  const found = data?.schedules.find(
    ({ project, domain, name }) => project === row.project && domain === row.domain && name === row.name,
  );
  if (!found) return <Nothing />;
  if (show === "words") return <ScheduleWords of={found} short />;
  if (show === "next") return <Time at={found.next[0]} />;
  return <>{found.active ? schedules.isActive : schedules.isPaused}</>;
}
