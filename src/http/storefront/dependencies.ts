import {
  type FieldNode,
  getNamedType,
  type GraphQLNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { PreparedOperation } from '../../graphql/admission/prepared-document.ts';
import type { ListName } from '../../graphql/surrogate-keys.ts';

/** The nouns that a storefront sees and that have ids. */
export type PublicNoun = 'Location' | 'Product' | 'Review' | 'Response';

/** The list that stands for a noun where no id does. */
export const LIST_OF: Readonly<Record<PublicNoun, ListName>> = {
  Location: 'locations',
  Product: 'products',
  Review: 'reviews',
  Response: 'reviews',
};

/**
 * Each object type of the storefront schema and the noun whose events change it; null for parts of
 * whatever they stand in. An answer with a type that is not listed is never kept, nor public.
 */
export const NOUN_OF_TYPE: Readonly<Record<string, PublicNoun | null>> = {
  Location: 'Location',
  LocationConnection: 'Location',
  LocationEdge: 'Location',
  Product: 'Product',
  ProductConnection: 'Product',
  ProductEdge: 'Product',
  Review: 'Review',
  ReviewConnection: 'Review',
  ReviewEdge: 'Review',
  ReviewSummary: 'Review',
  Response: 'Response',
  Address: null,
  PageInfo: null,
  RatingCount: null,
  ReviewAuthor: null,
  Node: null,
};

/**
 * Below a thing that is known by its id: the nouns whose changes say that id in their events, so that
 * its key stands for them. A review says its location and product; those do not say their reviews.
 */
const COVERED: Readonly<Record<PublicNoun, ReadonlySet<PublicNoun>>> = {
  Location: new Set<PublicNoun>(['Location', 'Review', 'Response']),
  Product: new Set<PublicNoun>(['Product', 'Review', 'Response']),
  Review: new Set<PublicNoun>(['Review', 'Response']),
  Response: new Set<PublicNoun>(['Response']),
};

/** A field of the root, and the selection below it. */
export interface RootField {
  readonly name: string;
  readonly node: FieldNode;
}

/** The fields of the operation's root, those of fragments included. */
export function rootFieldsOf(operation: PreparedOperation): RootField[] {
  const fields: RootField[] = [];
  const { fragments } = operation;
  const collect = (set: SelectionSetNode): void => {
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) fields.push({ name: node.name.value, node });
      else if (node.kind === Kind.INLINE_FRAGMENT) collect(node.selectionSet);
      else {
        const fragment = fragments.get(node.name.value);
        if (fragment) collect(fragment.selectionSet);
      }
    }
  };
  collect(operation.node.selectionSet);
  return fields;
}

/**
 * The lists that the answer below a root field depends on, beside the thing that it is `pinned` to
 * by an id; null where it shows a type that nothing is known about. Conditions are not looked at:
 * a list too many costs a purge too many.
 */
export function listsBelow(
  operation: PreparedOperation,
  root: FieldNode,
  noun: PublicNoun,
  isPinned: boolean,
): ReadonlySet<ListName> | null {
  const walk = new Walk(operation);
  const pin = isPinned ? noun : null;
  if (pin === null) walk.lists.add(LIST_OF[noun]);
  walk.noteFilter(root, pin);
  const type = getNamedType(operation.schema.getQueryType()?.getFields()[root.name.value]?.type);
  if (type && root.selectionSet) walk.visit(root.selectionSet, type, pin);
  return walk.isKnown ? walk.lists : null;
}

class Walk {
  readonly lists = new Set<ListName>();
  isKnown = true;
  readonly #operation: PreparedOperation;

  constructor(operation: PreparedOperation) {
    this.#operation = operation;
  }

  visit(set: SelectionSetNode, parent: GraphQLNamedType, pin: PublicNoun | null): void {
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) this.#visitField(node, parent, pin);
      else if (node.kind === Kind.INLINE_FRAGMENT) {
        this.visit(node.selectionSet, this.#typeNamed(node.typeCondition?.name.value, parent), pin);
      } else {
        const fragment = this.#operation.fragments.get(node.name.value);
        if (!fragment) continue;
        const type = this.#typeNamed(fragment.typeCondition.name.value, parent);
        this.visit(fragment.selectionSet, type, pin);
      }
    }
  }

  /** Which reviews a filter by places takes changes with the places. */
  noteFilter(node: FieldNode, pin: PublicNoun | null): void {
    if (pin === 'Location') return;
    if (node.arguments?.some(({ name }) => name.value === 'filter')) this.lists.add('locations');
  }

  #visitField(node: FieldNode, parent: GraphQLNamedType, pin: PublicNoun | null): void {
    if (!isObjectType(parent) && !isInterfaceType(parent)) return;
    const type = getNamedType(parent.getFields()[node.name.value]?.type);
    // `__typename` is in no type's fields, and never changes.
    if (!type || isLeafType(type)) return;
    const noun = NOUN_OF_TYPE[type.name];
    if (noun === undefined) {
      this.isKnown = false;
      return;
    }
    const below = noun === null || (pin !== null && COVERED[pin].has(noun)) ? pin : null;
    if (noun !== null && below === null) this.lists.add(LIST_OF[noun]);
    this.noteFilter(node, below);
    if (node.selectionSet) this.visit(node.selectionSet, type, below);
  }

  #typeNamed(name: string | undefined, parent: GraphQLNamedType): GraphQLNamedType {
    return (name !== undefined && this.#operation.schema.getType(name)) || parent;
  }
}
