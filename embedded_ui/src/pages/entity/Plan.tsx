import type { Version } from "../../api/entities";
import type { LaunchPlanJson } from "../../api/types";
import { href } from "../../base/address";
import type { EntityName } from "../../base/kinds";
import { literalTree, mapTree, typeText } from "../../feature/literal/read";
import { useText } from "../../text";
import { Nothing } from "../../ui/Amount";
import { Link } from "../../ui/Link";
import { type Fact, Facts, Section } from "../../ui/Page";
import { oneLine, Value } from "../../ui/Value";
import styles from "./Entity.module.css";

function scheduleText(plan: LaunchPlanJson): string {
  const schedule = plan.spec?.entityMetadata?.schedule;
  if (schedule?.cronSchedule?.schedule) return schedule.cronSchedule.schedule;
  if (schedule?.cronExpression) return schedule.cronExpression;
  if (schedule?.rate) return `${schedule.rate.value} ${String(schedule.rate.unit).toLowerCase()}`;
  return "";
}

/** What a launch plan adds to its workflow: inputs, fixed ones, the schedule. */
export function Plan({ versions, entity }: { versions: Version[]; entity: EntityName }) {
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
    {
      id: "schedule",
      label: text.column.schedule,
      value: scheduleText(plan) ? <code>{scheduleText(plan)}</code> : <Nothing />,
    },
    { id: "state", label: text.column.state, value: String(plan.closure?.state ?? "").toLowerCase() },
    { id: "version", label: text.column.version, value: shown.version },
  ];
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
