import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  print,
  stripIgnoredCharacters,
  visit,
} from 'graphql';

/** What the clients need to know of one operation, whatever language it is then written in. */
export interface Operation {
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** In PascalCase, as the document says. */
  readonly name: string;
  /** For people; null where the document says nothing. */
  readonly description: string | null;
  /** The operation with the fragments that it uses, in the fewest characters: what is sent. */
  readonly text: string;
  /** SHA-256 of `text`, in hex: names the document where only known ones are taken. */
  readonly hash: string;
  readonly variables: 'none' | 'optional' | 'required';
  /** Of a subscription: the root field, whose events have a cursor. Otherwise null. */
  readonly feedField: string | null;
}

/** The operations of these documents, in their order. Fragments are shared by all of them. */
export function operationsOf(documents: readonly DocumentNode[]): Operation[] {
  const definitions = documents.flatMap((document) => document.definitions);
  const fragments = new Map(
    definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  return definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map((definition) => describe(definition, fragments));
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** @throws Error where a client could not retry or resume the operation as it promises */
function describe(definition: OperationDefinitionNode, fragments: Fragments): Operation {
  const name = definition.name?.value;
  if (name === undefined || !/^[A-Z][A-Za-z0-9]*$/.test(name)) {
    throw new Error(`An operation needs a name in PascalCase: ${print(definition).slice(0, 80)}`);
  }
  if (definition.operation === OperationTypeNode.MUTATION) assertRepeatable(name, definition);
  const text = textOf(definition, fragments);
  return {
    kind: definition.operation,
    name,
    description: definition.description?.value ?? null,
    text,
    hash: createHash('sha256').update(text).digest('hex'),
    variables: variablesOf(definition),
    feedField:
      definition.operation === OperationTypeNode.SUBSCRIPTION
        ? feedFieldOf(name, definition)
        : null,
  };
}

function variablesOf({ variableDefinitions = [] }: OperationDefinitionNode) {
  if (variableDefinitions.length === 0) return 'none';
  const isRequired = variableDefinitions.some(
    ({ type, defaultValue }) => type.kind === Kind.NON_NULL_TYPE && defaultValue === undefined,
  );
  return isRequired ? 'required' : 'optional';
}

/** The clients send a mutation again when `input.idempotencyKey` is given: it must cover all of it. */
function assertRepeatable(name: string, definition: OperationDefinitionNode): void {
  const [field, ...others] = rootFieldsOf(definition);
  if (field === undefined || others.length > 0 || variableOf(field, 'input') !== 'input') {
    throw new Error(
      `Mutation ${name} must have one root field with \`input: $input\`, ` +
        'so that an idempotency key covers the whole document.',
    );
  }
}

/** The clients resume from the cursor of the last event, which they must be able to find and to give. */
function feedFieldOf(name: string, definition: OperationDefinitionNode): string {
  const [field] = rootFieldsOf(definition);
  const selectsCursor = field?.selectionSet?.selections.some(
    (selection) =>
      selection.kind === Kind.FIELD &&
      selection.name.value === 'cursor' &&
      selection.alias === undefined,
  );
  if (field === undefined || !selectsCursor || variableOf(field, 'after') !== 'after') {
    throw new Error(
      `Subscription ${name} must have \`after: $after\` and select \`cursor\` of its root field, ` +
        'so that it can be resumed.',
    );
  }
  return field.alias?.value ?? field.name.value;
}

function rootFieldsOf({ selectionSet }: OperationDefinitionNode): FieldNode[] {
  return selectionSet.selections.filter((selection) => selection.kind === Kind.FIELD);
}

/** The name of the variable that the argument is given; null where it is none. */
function variableOf(field: FieldNode, argumentName: string): string | null {
  const value = field.arguments?.find(({ name }) => name.value === argumentName)?.value;
  return value?.kind === Kind.VARIABLE ? value.name.value : null;
}

function textOf(definition: OperationDefinitionNode, fragments: Fragments): string {
  const used = [...fragmentsOf(definition, fragments)].sort((a, b) =>
    a.name.value < b.name.value ? -1 : 1,
  );
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [definition, ...used] };
  return stripIgnoredCharacters(print(withoutDescriptions(document)));
}

function fragmentsOf(
  definition: OperationDefinitionNode | FragmentDefinitionNode,
  fragments: Fragments,
  found = new Set<FragmentDefinitionNode>(),
): Set<FragmentDefinitionNode> {
  visit(definition, {
    FragmentSpread({ name }) {
      const fragment = fragments.get(name.value);
      if (fragment === undefined || found.has(fragment)) return;
      found.add(fragment);
      fragmentsOf(fragment, fragments, found);
    },
  });
  return found;
}

/** They are for readers of the documents; servers of other versions do not know them. */
function withoutDescriptions(document: DocumentNode): DocumentNode {
  const drop = {
    enter: <Node extends object>(node: Node) => ({ ...node, description: undefined }),
  };
  return visit<DocumentNode>(document, {
    OperationDefinition: drop,
    FragmentDefinition: drop,
    VariableDefinition: drop,
  });
}
