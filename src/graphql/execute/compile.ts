import {
  BREAK,
  type DirectiveNode,
  type ExecutionResult,
  type FragmentSpreadNode,
  getNamedType,
  type InlineFragmentNode,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  OperationTypeNode,
  parse,
  TypeInfo,
  valueFromAST,
  type ValueNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import type { Variables } from '../admission/cost-term.ts';
import type { PreparedOperation } from '../admission/prepared-document.ts';
import { isCondition } from '../conditions.ts';
import { executableSchema, withCoercedVariables } from './executable.ts';
import { bearIncompletableValues } from './jit-runtime.ts';

bearIncompletableValues();

/** Runs a compiled operation; its errors are graphql-jit's, without AST nodes. */
export type CompiledOperation = (
  rootValue: unknown,
  context: unknown,
  variables: Variables,
) => ExecutionResult | Promise<ExecutionResult>;

/** Compiling is synchronous and takes about 50 ms for a document as long as this. */
const MAX_CHARACTERS = 8_000;

/**
 * Why graphql-jit cannot run an operation exactly as graphql-js would; null where it can. Each is a
 * known trap of graphql-jit 0.8.9, and a test shows that it still is one.
 */
export function reasonNotToCompile(operation: PreparedOperation): string | null {
  // A mutation costs its unit of work, not its execution, and cannot be run twice to compare engines.
  if (operation.type === OperationTypeNode.MUTATION) return 'mutation';
  if (operation.reach.introspection) return 'introspection';
  if (operation.text.length > MAX_CHARACTERS) return 'too long';
  if (hasConditionalFragment(operation)) return 'conditional fragment';
  if (hasConditionalNamesake(operation)) return 'conditional field with a namesake';
  if (hasOpaqueLiteral(operation)) return 'literal of a custom scalar';
  return null;
}

/** @throws Error with what the compiler said */
export function compileOperation(operation: PreparedOperation): CompiledOperation {
  // The compiler writes notes onto the nodes, so each compilation gets nodes of its own.
  const document = parse(operation.text);
  const node = document.definitions.find(
    (each) =>
      each.kind === Kind.OPERATION_DEFINITION && (each.name?.value ?? null) === operation.name,
  );
  if (node?.kind !== Kind.OPERATION_DEFINITION) throw new Error('The operation is gone');
  const compiled = compileQuery(
    executableSchema(operation.schema),
    withCoercedVariables(document, node),
    undefined,
    {
      // Otherwise conditions leak from one place of a fragment to the others; to become the only way.
      useExperimentalPathBasedSkipInclude: true,
    },
  );
  if (!isCompiledQuery(compiled)) {
    throw new Error(compiled.errors?.map(({ message }) => message).join(' ') ?? 'No result');
  }
  return (rootValue, context, variables) => compiled.query(rootValue, context, variables);
}

function isConditional({ directives = [] }: { directives?: readonly DirectiveNode[] }): boolean {
  return directives.some(isCondition);
}

/** A fragment that is spread twice is collected once, with the conditions of its first spread alone. */
function hasConditionalFragment({ document }: PreparedOperation): boolean {
  let found = false;
  const look = (node: FragmentSpreadNode | InlineFragmentNode) => {
    found ||= isConditional(node);
    return found ? BREAK : undefined;
  };
  visit(document, { FragmentSpread: look, InlineFragment: look });
  return found;
}

/**
 * Where an object is selected twice and once under a condition, what fragments select below the
 * conditional one is answered whether the condition holds or not.
 */
function hasConditionalNamesake({ document }: PreparedOperation): boolean {
  const counts = new Map<string, number>();
  const conditional = new Set<string>();
  visit(document, {
    Field(node) {
      const key = (node.alias ?? node.name).value;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      if (node.selectionSet && isConditional(node)) conditional.add(key);
    },
  });
  return [...conditional].some((key) => (counts.get(key) ?? 0) > 1);
}

/** Literals become source text, which keeps plain JSON and dates, and nothing else that a scalar may parse to. */
function hasOpaqueLiteral({ document, schema }: PreparedOperation): boolean {
  let found = false;
  const typeInfo = new TypeInfo(schema);
  const look = (node: ValueNode) => {
    const type = getNamedType(typeInfo.getInputType());
    if (!isScalarType(type) || isSpecifiedScalarType(type)) return undefined;
    found ||= !survivesAsSource(valueFromAST(node, type));
    return found ? BREAK : undefined;
  };
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      StringValue: look,
      IntValue: look,
      FloatValue: look,
      BooleanValue: look,
      ObjectValue: look,
    }),
  );
  return found;
}

function survivesAsSource(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return typeof value !== 'bigint';
  if (value instanceof Date) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every(survivesAsSource);
}
