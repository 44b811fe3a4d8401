import { type FieldNode, OperationTypeNode, valueFromASTUntyped } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { AdmittedOperation } from '../../graphql/admission/admission.ts';
import { encodeId, InvalidIdError, parseId } from '../../graphql/ids.ts';
import { listsBelow, type PublicNoun, rootFieldsOf } from './dependencies.ts';
import { listKey, type ListName, organizationKey } from '../../graphql/surrogate-keys.ts';

/** The UUID of what an organization calls by this key of its own; null where there is none. */
export type FindByExternalId = (
  organizationId: string,
  noun: 'Location' | 'Product',
  externalId: string,
) => Promise<string | null>;

/** What a root field shows; `id` pins it to one thing. */
interface Shown {
  readonly node: FieldNode;
  readonly noun: PublicNoun;
  /** The global id; null for a list, or for a thing that is not there. */
  readonly id: string | null;
}

/** More ids than this make headers long, and are as well named by their lists. */
const MOST_IDS = 20;
const REMEMBERED_IDS = 10_000;
const PUBLIC_NOUNS: ReadonlySet<string> = new Set<PublicNoun>([
  'Location',
  'Product',
  'Review',
  'Response',
]);

/** Finds out what an answer to a storefront depends on. */
export class AnswerKeys {
  readonly #findByExternalId: FindByExternalId;
  /** The ids of what is called by a key of its organization's own, which are for good. */
  readonly #ids = new LRUCache<string, string>({ max: REMEMBERED_IDS });

  constructor(findByExternalId: FindByExternalId) {
    this.#findByExternalId = findByExternalId;
  }

  /**
   * The surrogate keys of an answer, the organization's first; null where the answer is not a public
   * one, or nobody would tell that it has changed. To be asked after the answer was read: what did
   * not exist then is named by its list.
   */
  async of(admitted: AdmittedOperation): Promise<readonly string[] | null> {
    const { operation, caller } = admitted;
    const { organizationId } = caller;
    if (caller.audience !== 'STOREFRONT' || operation.type !== OperationTypeNode.QUERY) return null;
    if (operation.reach.introspection) return null;
    const shown = await this.#shownBy(admitted).catch(nullForBadId);
    if (shown === null) return null;
    const ids = new Set(shown.flatMap(({ id }) => (id === null ? [] : [id])));
    const isPinned = ids.size <= MOST_IDS;
    const lists = new Set<ListName>();
    for (const { node, noun, id } of shown) {
      const below = listsBelow(operation, node, noun, isPinned && id !== null);
      if (below === null) return null;
      for (const list of below) lists.add(list);
    }
    return [
      organizationKey(organizationId),
      ...[...lists].map((list) => listKey(organizationId, list)),
      ...(isPinned ? ids : []),
    ];
  }

  async #shownBy(admitted: AdmittedOperation): Promise<Shown[] | null> {
    const shown: Shown[] = [];
    for (const { name, node } of rootFieldsOf(admitted.operation)) {
      const argument = argumentsOf(node, admitted.variables);
      switch (name) {
        case '__typename':
          break;
        case 'locations':
        case 'products':
        case 'reviews':
          shown.push({ node, noun: LISTED[name], id: null });
          break;
        case 'location':
        case 'product': {
          const noun = name === 'location' ? 'Location' : 'Product';
          shown.push({ node, noun, id: await this.#idOf(admitted, noun, argument) });
          break;
        }
        case 'review':
        case 'node':
        case 'nodes': {
          const things = thingsOf(node, argument('id') ?? argument('ids'));
          if (things === null) return null;
          shown.push(...things);
          break;
        }
        // Whoever is asking, or a field that is newer than this.
        default:
          return null;
      }
    }
    return shown;
  }

  async #idOf(
    { caller: { organizationId } }: AdmittedOperation,
    noun: 'Location' | 'Product',
    argument: (name: string) => unknown,
  ): Promise<string | null> {
    const id = argument('id');
    if (typeof id === 'string') {
      parseId(id);
      return id;
    }
    const externalId = argument('externalId');
    if (typeof externalId !== 'string') return null;
    const key = `${organizationId} ${noun} ${externalId}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const uuid = await this.#findByExternalId(organizationId, noun, externalId);
    if (uuid === null) return null;
    const found = encodeId(noun, uuid);
    this.#ids.set(key, found);
    return found;
  }
}

const LISTED = { locations: 'Location', products: 'Product', reviews: 'Review' } as const;

/** A field that a condition leaves out has been given ids that nobody has looked at. */
function nullForBadId(error: unknown): null {
  if (error instanceof InvalidIdError) return null;
  throw error;
}

/** What ids name; null where one is of something that no storefront sees. */
function thingsOf(node: FieldNode, given: unknown): Shown[] | null {
  const ids = Array.isArray(given) ? (given as unknown[]) : [given];
  const things: Shown[] = [];
  for (const id of ids) {
    if (typeof id !== 'string') return null;
    const { type } = parseId(id);
    if (!PUBLIC_NOUNS.has(type)) return null;
    things.push({ node, noun: type as PublicNoun, id });
  }
  return things;
}

function argumentsOf(node: FieldNode, variables: AdmittedOperation['variables']) {
  return (name: string): unknown => {
    const argument = node.arguments?.find((each) => each.name.value === name);
    // Ids are strings, also where a document writes one as a number.
    const value = argument && valueFromASTUntyped(argument.value, { ...variables });
    return typeof value === 'number' ? String(value) : value;
  };
}
