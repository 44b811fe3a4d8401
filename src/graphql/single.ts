import type { Noun, Shaped } from '../db/read/noun.ts';
import type { GraphQLContext } from './context.ts';
import type { Selection } from './selection.ts';

/** One row by its key, or null; all that are asked for at the same place are read together. */
export function readOne(
  noun: Noun,
  ctx: GraphQLContext,
  key: string,
  selection: Selection,
): Promise<Shaped | null> {
  const { type } = noun.declaration;
  const fields = selection.fields(type);
  return ctx.loaders.load<Shaped | null>(
    `${type} by key: ${fields.join()}`,
    key,
    (keys) => noun.byKeys(ctx.reader, keys, fields),
    null,
  );
}

/** What a row's foreign key points to; null where it points nowhere. */
export async function readRelated(
  noun: Noun,
  ctx: GraphQLContext,
  foreignKey: unknown,
  selection: Selection,
): Promise<Shaped | null> {
  return typeof foreignKey === 'string' ? readOne(noun, ctx, foreignKey, selection) : null;
}
