import {
  type FragmentDefinitionNode,
  getNullableType,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  type ValueNode,
  type VariableNode,
} from 'graphql';
import { MOST_VALUES } from '../input-bounds.ts';
import type { Variables } from './cost-term.ts';
import { RequestError } from './errors.ts';
import { boundOf, type Check, checkOf, type Excess, excessOfList, excessOfText } from './excess.ts';
import { selectedFields } from './selected-fields.ts';

/** What holds the arguments of an operation to their bounds. */
export interface BoundedInputs {
  /** What the document itself gives too much of. */
  readonly excesses: readonly RequestError[];
  /** The same of (coerced) variables: one error for each. */
  check(variables: Variables): readonly RequestError[];
}

type Path = readonly (string | number)[];

/** A variable where an argument takes it, which says how much it may hold. */
interface Use {
  readonly node: VariableNode;
  readonly path: Path;
  readonly check: Check;
}

const NONE: readonly RequestError[] = [];

/**
 * Looks at the arguments of an operation once for all variables: literals are checked here, and of
 * variables is kept how each is to be checked, by where it is used. Most documents keep little or
 * nothing.
 *
 * @param operation validated against the schema; otherwise arguments are missed
 */
export function boundedInputs(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): BoundedInputs {
  const reader = new ArgumentReader();
  for (const { node, field } of selectedFields(schema, operation, fragments)) {
    const most = field?.extensions['most'] as Readonly<Record<string, number>> | undefined;
    for (const { name, value } of node.arguments ?? []) {
      const argument = field?.args.find((each) => each.name === name.value);
      if (argument) reader.read(value, argument.type, [argument.name], most?.[argument.name]);
    }
  }
  const { excesses } = reader;
  const uses = [...reader.uses.values()];
  return { excesses, check: (variables) => excessesOf(uses, variables) };
}

function excessesOf(uses: readonly Use[], variables: Variables): readonly RequestError[] {
  let errors: RequestError[] | undefined;
  for (const { node, path, check } of uses) {
    const excess = check(variables[node.name.value]);
    if (excess) (errors ??= []).push(tooMuch(node, path, excess));
  }
  return errors ?? NONE;
}

class ArgumentReader {
  readonly excesses: RequestError[] = [];
  /** By variable, type and bound: one that is used often is checked once. */
  readonly uses = new Map<string, Use>();

  read(node: ValueNode, type: GraphQLInputType, path: Path, most?: number): void {
    const nullable = getNullableType(type);
    if (node.kind === Kind.VARIABLE) {
      this.#variable(node, nullable, path, most);
    } else if (node.kind === Kind.LIST && isListType(nullable)) {
      this.#tell(node, path, excessOfList(node.values.length, most ?? MOST_VALUES));
      node.values.forEach((each, index) => this.read(each, nullable.ofType, [...path, index]));
    } else if (isListType(nullable)) {
      // A single value stands for a list of it.
      this.read(node, nullable.ofType, path);
    } else if (node.kind === Kind.OBJECT && isInputObjectType(nullable)) {
      for (const { name, value } of node.fields) {
        const field = nullable.getFields()[name.value];
        if (!field) continue;
        const bound = boundOf(field);
        if (bound.rows !== true) this.read(value, field.type, [...path, field.name], bound.most);
      }
    } else if ('value' in node && typeof node.value === 'string') {
      this.#tell(node, path, excessOfText(node.value.length));
    }
  }

  #variable(node: VariableNode, type: GraphQLInputType, path: Path, most?: number): void {
    const key = `${node.name.value} ${String(type)} ${most}`;
    if (this.uses.has(key)) return;
    const check = checkOf(type, most);
    if (check) this.uses.set(key, { node, path, check });
  }

  #tell(node: ValueNode, path: Path, excess: Excess | null): void {
    if (excess) this.excesses.push(tooMuch(node, path, excess));
  }
}

function tooMuch(node: ValueNode, start: Path, { path, found, limit, remedy }: Excess) {
  const place = [...start, ...path];
  const message = `\`${place.join('.')}\` has ${found}; at most ${limit} are taken. ${remedy}`;
  return new RequestError('BAD_USER_INPUT', message, {
    nodes: node,
    extensions: { path: place, limit },
  });
}
