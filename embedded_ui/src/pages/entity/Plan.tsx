import type { Version } from "../../api/entities";
import type { LaunchPlanJson } from "../../api/types";
import { href } from "../../base/address";
import type { EntityName } from "../../base/kinds";
import { literalTree, mapTree, typeText } from "../../feature/literal/read";
import { useText } from "../../text";
import { Nothing } from "../../ui/Amount";
import { Link } from "../../ui/Link";
import { later } from "../../ui/later";
import { type Fact, Facts, Section } from "../../ui/Page";
import { oneLine, Value } from "../../ui/Value";
import styles from "./Entity.module.css";

const PlanSchedule = later(() => import("./PlanSchedule"));
const ScheduleWords = later(async () => ({
  default: (await import("../../feature/schedule/ScheduleWords")).ScheduleWords,
}));

/** The schedule of one version, as it was registered. */
function scheduleOf({ spec }: LaunchPlanJson) {
  const schedule = spec?.entityMetadata?.schedule;
  const expression = schedule?.cronSchedule?.schedule || schedule?.cronExpression || "";
  const rate = schedule?.rate
    ? { value: schedule.rate.value ?? 0, unit: String(schedule.rate.unit ?? "MINUTE") }
    : null;
  const zone = /^(?:CRON_)?TZ=(\S+)/.exec(expression)?.[1] ?? "UTC";
  return expression === "" && rate === null ? null : { expression, zone, rate };
}

interface PlanProps {
  versions: Version[];
  entity: EntityName;
  /** Its state can be changed; told when it was. */
  onChange?: () => void;
}

/** What a launch plan adds to its workflow: inputs, fixed ones, the schedule. */
export function Plan({ versions, entity, onChange }: PlanProps) {
  const text = useText();
  const shown = versions.find(({ plan }) => plan?.closure?.state === "ACTIVE") ?? versions[0];
  const plan = shown?.plan;
  if (!plan) return null;
  const parameters = Object.entries(plan.closure?.expectedInputs?.parameters ?? {}).sort(([a], [b]) =>
    a.localeCompare(b),
  );
  const workflow = plan.spec?.workflowId;
  const fixed = plan.spec?.fixedInputs;
  const facts: Fact[] = [
    {
      id: "workflow",
      label: text.kind.workflow,
      value: workflow?.name ? (
        <Link
          href={href.entity({ kind: "workflow", project: entity.project, domain: entity.domain, name: workflow.name })}
        >
          {workflow.name}
        </Link>
      ) : (
        <Nothing />
      ),
    },
  ];
  const schedule = onChange ? null : scheduleOf(plan);
  if (schedule) facts.push({ id: "schedule", label: text.column.schedule, value: <ScheduleWords of={schedule} /> });
  const inputs: Fact[] = parameters.map(([name, parameter]) => ({
    id: name,
    label: name,
    value: (
      <>
        {typeText(parameter.var?.type)}{" "}
        <span className={styles.muted}>
          {parameter.default
            ? `= ${oneLine(literalTree(parameter.default))}`
            : parameter.required
              ? text.entities.required
              : ""}
        </span>
      </>
    ),
  }));
  return (
    <div className={styles.stack}>
      {onChange && <PlanSchedule entity={entity} versions={versions} onChange={onChange} />}
      <Facts stacked facts={facts} />
      <Section title={text.entities.expected}>
        {inputs.length > 0 ? (
          <Facts stacked facts={inputs} />
        ) : (
          <span className={styles.muted}>{text.values.noInputs}</span>
        )}
      </Section>
      {Object.keys(fixed?.literals ?? {}).length > 0 && fixed && (
        <Section title={text.entities.fixed}>
          <Value tree={mapTree(fixed)} />
        </Section>
      )}
    </div>
  );
}
