import { GraphQLError } from 'graphql';
import { type Order, PAGE_DEFAULT, PAGE_LIMIT, type PageRequest } from '../db/read/page.ts';

/** The arguments of a connection, as Relay names them. */
export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

export function encodeCursor(order: Order, value: unknown, key: string): string {
  const plain = value instanceof Date ? value.toISOString() : value;
  return Buffer.from(JSON.stringify([order.name, plain, key])).toString('base64url');
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function fits(value: unknown, type: Order['type']): boolean {
  if (type === 'float8') return typeof value === 'number';
  if (typeof value !== 'string') return false;
  return type === 'text' || !Number.isNaN(Date.parse(value));
}

function decodeCursor(order: Order, cursor: string): { value: unknown; key: string } {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const [name, value, key] = parsed as [unknown, unknown, unknown];
    if (
      name === order.name &&
      fits(value, order.type) &&
      typeof key === 'string' &&
      UUID.test(key)
    ) {
      return { value, key };
    }
  } catch {
    // Told below, as any other cursor that is none of this list.
  }
  throw badInput(
    'The cursor is not one of this list in this order: take `endCursor` or `startCursor` of a page that was read with the same `orderBy`.',
  );
}

/** Checks `first`, `after`, `last`, `before`; an error says what fits. */
export function pageRequest(args: PageArguments, order: Order): PageRequest {
  const backward = args.last != null;
  if (backward && args.first != null) throw badInput('Give `first` or `last`, not both.');
  const limit = args.last ?? args.first ?? PAGE_DEFAULT;
  if (limit < 1 || limit > PAGE_LIMIT) {
    throw badInput(
      `\`${backward ? 'last' : 'first'}\` is ${limit}; it has to be from 1 to ${PAGE_LIMIT}.`,
    );
  }
  const beside = backward ? args.before : args.after;
  if ((backward ? args.after : args.before) != null) {
    throw badInput('`after` goes with `first`, and `before` with `last`.');
  }
  return { limit, backward, beyond: beside == null ? null : decodeCursor(order, beside) };
}
