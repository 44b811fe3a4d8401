import { type DirectiveNode, GraphQLError, Kind, OperationTypeNode, visit } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { CellRow } from '../../db/read/cells.ts';
import { Bindings } from '../../db/read/conditions.ts';
import type { Reader } from '../../db/read/noun.ts';
import type { Utf8 } from '../../db/read/utf8.ts';
import type { Variables } from '../admission/cost-term.ts';
import type { PreparedOperation } from '../admission/prepared-document.ts';
import { isCondition } from '../conditions.ts';
import { plansOf, type RootPlan } from './compiler.ts';
import { Irregular, NotPlannable, type Run } from './place.ts';
import { statementOf, type StatementPlan } from './statement.ts';

/** An operation as statements: one for each field of Query, and what writes their rows. */
export interface Plan {
  readonly roots: readonly RootPlan[];
}

/** The plan of an operation, or why it has none. */
export type Planning = { readonly plan: Plan } | { readonly declined: string };

/** What is known of one operation: a number of its own, and the variables that decide its shape. */
interface Known {
  readonly number: number;
  readonly deciding: readonly string[];
}

/**
 * Plans of all operations together, by the length of their documents: a plan grows with it. One with
 * n conditions has up to 2ⁿ plans; those that clients ask for are few.
 */
const MAX_CHARACTERS = 1_000_000;
const plans = new LRUCache<string, { planning: Planning; characters: number }>({
  maxSize: MAX_CHARACTERS,
  sizeCalculation: ({ characters }) => characters,
});
let operations = 0;

const UNDECIDED: Planning = { declined: 'a condition without a value' };

const known = new WeakMap<PreparedOperation, Known>();

/** The plan for these variables; made at the first call, and kept. */
export function planOf(operation: PreparedOperation, variables: Variables): Planning {
  let entry = known.get(operation);
  if (!entry) {
    entry = { number: operations++, deciding: decidingVariables(operation) };
    known.set(operation, entry);
  }
  // A condition whose variable was given null is an error, and resolvers tell it.
  if (entry.deciding.some((name) => typeof variables[name] !== 'boolean')) return UNDECIDED;
  const shape = entry.deciding.map((name) => (variables[name] === true ? '1' : '0')).join('');
  const key = `${entry.number} ${shape}`;
  let kept = plans.get(key);
  if (!kept) {
    kept = { planning: makePlan(operation, variables), characters: operation.text.length };
    plans.set(key, kept);
  }
  return kept.planning;
}

/**
 * The answer's `data` as JSON; null where something came up that execution field by field has to
 * tell: an argument that cannot be, or null where the schema promises a value.
 */
export async function runPlan(
  { roots }: Plan,
  reader: Reader,
  variables: Variables,
): Promise<Utf8 | null> {
  try {
    const members = await Promise.all(roots.map((root) => readRoot(root, reader, variables)));
    return `{${members.join(',')}}` as Utf8;
  } catch (error) {
    if (error instanceof Irregular || error instanceof GraphQLError) return null;
    throw error;
  }
}

async function readRoot(root: RootPlan, reader: Reader, variables: Variables): Promise<Utf8> {
  if ('read' in root) {
    const value = await root.read(variables, reader);
    return `${JSON.stringify(root.key)}:${root.writeValue(value)}` as Utf8;
  }
  const { key, statement, write } = root;
  const run: Run = {
    reader,
    variables,
    bindings: new Bindings(),
    sources: [],
    pieces: [],
  };
  const rows = statement === null ? [] : await readRows(statement, run);
  return `${JSON.stringify(key)}:${write(run, rows, 0, rows.length)}` as Utf8;
}

function readRows(statement: StatementPlan, run: Run): Promise<readonly CellRow[]> {
  const { db, organizationId } = run.reader;
  return db.readCells(organizationId, statementOf(statement, run), run.bindings.values);
}

function makePlan(operation: PreparedOperation, variables: Variables): Planning {
  const { schema, node, fragments } = operation;
  const query = schema.getQueryType();
  if (operation.type !== OperationTypeNode.QUERY || !query) return { declined: operation.type };
  try {
    return { plan: { roots: plansOf({ schema, fragments, variables }, query, node.selectionSet) } };
  } catch (error) {
    if (error instanceof NotPlannable) return { declined: error.message };
    throw error;
  }
}

function decidingVariables({ document }: PreparedOperation): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(node: DirectiveNode) {
      const value = node.arguments?.[0]?.value;
      if (isCondition(node) && value?.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}
