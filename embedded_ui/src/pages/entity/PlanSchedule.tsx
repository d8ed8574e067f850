import type { Version } from "../../api/entities";
import { useSchedules } from "../../api/platform";
import type { EntityName } from "../../base/kinds";
import { History } from "../../feature/schedule/History";
import { ScheduleWords } from "../../feature/schedule/ScheduleWords";
import { useScheduleActions } from "../../feature/schedule/use-actions";
import { useLive } from "../../live/use-live";
import { useText } from "../../text";
import { useMachineText } from "../../text/machine";
import { Button } from "../../ui/Button";
import { type Fact, Facts, Section } from "../../ui/Page";
import { ErrorState } from "../../ui/States";
import { Time } from "../../ui/Time";
import { Activation } from "./Activation";
import styles from "./Entity.module.css";

export interface PlanScheduleProps {
  entity: EntityName;
  versions: Version[];
  onChange: () => void;
}

/** The schedule of a launch plan: in words, what comes, what was, and what can be done with it. */
export default function PlanSchedule({ entity, versions, onChange }: PlanScheduleProps) {
  const text = useText();
  const { schedules } = useMachineText();
  const { data, error, refetch } = useSchedules();
  useLive("schedules", { seq: data?.seq, refetch });
  const actions = useScheduleActions(() => {
    void refetch();
    onChange();
  });
  const row = data?.schedules.find(
    ({ project, domain, name }) => project === entity.project && domain === entity.domain && name === entity.name,
  );
  const facts: Fact[] = row
    ? [
        { id: "words", label: text.column.schedule, value: <ScheduleWords of={row} /> },
        {
          id: "state",
          label: text.column.state,
          value: row.active ? schedules.isActive : `${schedules.isPaused}. ${schedules.notActive}`,
        },
        { id: "version", label: text.column.version, value: row.version },
        {
          id: "next",
          label: schedules.next,
          value: row.active ? (
            <ul className={styles.ticks}>
              {row.next.map((at) => (
                <li key={at}>
                  <Time at={at} as="detail" />
                </li>
              ))}
            </ul>
          ) : (
            schedules.onActivation
          ),
        },
      ]
    : [];
  return (
    <>
      <div className={styles.bar}>
        <Activation entity={entity} versions={versions} actions={actions} />
        {row && (
          <Button disabled={actions.off} onPress={() => actions.runNow(entity)}>
            {schedules.runNow}
          </Button>
        )}
      </div>
      {error && !data && (
        <ErrorState title={text.state.unread(text.nav.schedules)} error={error} onRetry={() => void refetch()} />
      )}
      {row && <Facts stacked facts={facts} />}
      {row && (
        <Section title={schedules.history}>
          <History of={entity} ticks={row.history} />
        </Section>
      )}
      {actions.failure}
    </>
  );
}
