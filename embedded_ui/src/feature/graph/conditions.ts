import type { BooleanExpressionJson, NodeJson, OperandJson, WorkflowTemplateJson } from "../../api/types";
import { graphTexts } from "../../text/graph";

const OPERATORS: Record<string, string> = { EQ: "=", NEQ: "≠", GT: ">", GTE: "≥", LT: "<", LTE: "≤" };

function operand(value: OperandJson | undefined, nameOf: (node: string) => string): string {
  if (value?.var !== undefined) {
    // "n2.o0" is the output o0 of n2; "x", which flytekit writes as ".x", is an input of the workflow.
    const dot = value.var.indexOf(".");
    if (dot <= 0) return value.var.slice(dot + 1);
    const [node, output] = [value.var.slice(0, dot), value.var.slice(dot + 1)];
    return output === "o0" ? nameOf(node) : `${nameOf(node)}.${output}`;
  }
  const primitive = value?.primitive ?? value?.scalar?.primitive;
  if (primitive?.stringValue !== undefined) return JSON.stringify(primitive.stringValue);
  const [first] = Object.values(primitive ?? {});
  return first === undefined ? "none" : String(first);
}

/** A condition as people write it: metric > 0.9. */
function expression(of: BooleanExpressionJson | undefined, nameOf: (node: string) => string): string {
  const words = graphTexts();
  if (of?.conjunction) {
    const { operator, leftExpression, rightExpression } = of.conjunction;
    const word = operator === "OR" ? words.or : words.and;
    return `${expression(leftExpression, nameOf)} ${word} ${expression(rightExpression, nameOf)}`;
  }
  const { operator = "EQ", leftValue, rightValue } = of?.comparison ?? {};
  return `${operand(leftValue, nameOf)} ${OPERATORS[operator] ?? operator} ${operand(rightValue, nameOf)}`;
}

export interface Case {
  node: NodeJson;
  /** In words: "if metric > 0.9", "else". */
  condition: string;
}

/** The name that a node is shown with. */
export function nodeName(node: NodeJson): string {
  const reference =
    node.taskNode?.referenceId ?? node.workflowNode?.subWorkflowRef ?? node.workflowNode?.launchplanRef ?? undefined;
  const given = node.metadata?.name ?? "";
  const item = node.arrayNode?.node;
  const known = given.split(".").at(-1) || reference?.name?.split(".").at(-1);
  return known || (item ? nodeName(item) : (node.id ?? ""));
}

/** The cases of a branch, in their order. */
export function casesOf(branch: NodeJson, nameOf: (node: string) => string): Case[] {
  const block = branch.branchNode?.ifElse;
  const words = graphTexts();
  const cases = [block?.case, ...(block?.other ?? [])].flatMap((each) =>
    each?.thenNode ? [{ node: each.thenNode, condition: words.if(expression(each.condition, nameOf)) }] : [],
  );
  return block?.elseNode ? [...cases, { node: block.elseNode, condition: words.else }] : cases;
}

/** The condition of each node of a workflow that is a case of a branch, by its id. */
export function conditionsOf(template: WorkflowTemplateJson | undefined): Map<string, string> {
  const out = new Map<string, string>();
  const names = new Map((template?.nodes ?? []).map((node) => [node.id ?? "", nodeName(node)]));
  const visit = (nodes: readonly NodeJson[]) => {
    for (const node of nodes) {
      const cases = casesOf(node, (id) => names.get(id) ?? id);
      for (const each of cases) out.set(each.node.id ?? "", each.condition);
      visit(cases.map((each) => each.node));
    }
  };
  visit(template?.nodes ?? []);
  return out;
}
