import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { RequestError } from './errors.ts';
import type { DocumentLimits } from './limits.ts';

/** The size of a selection with its fragments written out. */
interface Shape {
  depth: number;
  aliases: number;
  /** Of all levels. */
  fields: number;
  /** Of the first level alone. */
  ownFields: number;
}

const EMPTY: Readonly<Shape> = { depth: 0, aliases: 0, fields: 0, ownFields: 0 };
const INTROSPECTION_ROOTS: ReadonlySet<string> = new Set(['__schema', '__type']);

/**
 * Checks what can be told without the schema. It runs before validation, whose rules take quadratic
 * time in documents that are built for it, so it must bear fragments that are unknown or in a cycle:
 * those count as empty, and validation reports them.
 *
 * @throws RequestError for the first limit that an operation exceeds.
 */
export function checkStructure(document: DocumentNode, limits: DocumentLimits): void {
  checkRepetition(document);
  const measure = new StructureMeasure(document);
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) checkOperation(definition, measure, limits);
  }
}

/**
 * Fields of one name are compared each with each, to see whether they can be merged: those that give
 * objects together with all that is below them. So what counts is the squares of how often names occur.
 */
const MAX_LEAF_SQUARES = 250_000;
const MAX_OBJECT_SQUARES = 10_000;

function checkRepetition(document: DocumentNode): void {
  const leaves = new Map<string, number>();
  const objects = new Map<string, number>();
  visit(document, {
    Field({ alias, name, selectionSet }) {
      const counts = selectionSet ? objects : leaves;
      const key = (alias ?? name).value;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
  });
  if (squares(objects) > MAX_OBJECT_SQUARES || squares(leaves) > MAX_LEAF_SQUARES) {
    throw new RequestError(
      'DOCUMENT_TOO_LARGE',
      'The document selects the same fields too often. Select each once, or split the document.',
    );
  }
}

function squares(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count * count;
  return sum;
}

function checkOperation(
  operation: OperationDefinitionNode,
  measure: StructureMeasure,
  limits: DocumentLimits,
): void {
  const { depth, aliases, fields, ownFields } = measure.selection(operation.selectionSet);
  if (fields > limits.maxFields) {
    throw tooLarge(
      `selects more than ${limits.maxFields} fields once its fragments are written out`,
    );
  }
  if (ownFields > limits.maxRootFields) {
    throw tooLarge(`selects more than ${limits.maxRootFields} root fields`);
  }
  if (aliases > limits.maxAliases) {
    throw new RequestError(
      'TOO_MANY_ALIASES',
      `The operation uses more than ${limits.maxAliases} aliases. Split it, or ask for several objects by \`nodes\`.`,
      { extensions: { limit: limits.maxAliases } },
    );
  }
  if (depth > limits.maxDepth) {
    throw new RequestError(
      'DOCUMENT_TOO_DEEP',
      `The operation is ${depth} levels deep; ${limits.maxDepth} are taken. Ask for the inner objects by their ids.`,
      { extensions: { limit: limits.maxDepth } },
    );
  }
}

function tooLarge(what: string): RequestError {
  return new RequestError(
    'DOCUMENT_TOO_LARGE',
    `The operation ${what}. Split it into several operations.`,
  );
}

/** Measures each fragment once, so that fragments which spread one another cost no more than their text. */
class StructureMeasure {
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #shapes = new Map<string, Readonly<Shape>>();

  constructor(document: DocumentNode) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) {
        this.#fragments.set(definition.name.value, definition);
      }
    }
  }

  selection(set: SelectionSetNode): Shape {
    const shape: Shape = { ...EMPTY };
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const below = selection.selectionSet ? this.selection(selection.selectionSet) : EMPTY;
        const levels = INTROSPECTION_ROOTS.has(selection.name.value) ? 0 : below.depth;
        add(shape, {
          depth: levels + 1,
          aliases: below.aliases + (selection.alias ? 1 : 0),
          fields: below.fields + 1,
          ownFields: 1,
        });
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        add(shape, this.selection(selection.selectionSet));
      } else {
        add(shape, this.#fragment(selection.name.value));
      }
    }
    return shape;
  }

  #fragment(name: string): Readonly<Shape> {
    const known = this.#shapes.get(name);
    if (known) return known;
    this.#shapes.set(name, EMPTY); // what a fragment in a cycle finds of itself
    const definition = this.#fragments.get(name);
    const shape = definition ? this.selection(definition.selectionSet) : EMPTY;
    this.#shapes.set(name, shape);
    return shape;
  }
}

function add(shape: Shape, part: Readonly<Shape>): void {
  shape.depth = Math.max(shape.depth, part.depth);
  shape.aliases += part.aliases;
  shape.fields += part.fields;
  shape.ownFields += part.ownFields;
}
