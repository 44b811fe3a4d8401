import type { UnitOfWork } from '../../db/database.ts';
import { newId } from '../../db/new-id.ts';

/** Joins the names of a path to a group's external id; names do not hold it (see the checks). */
export const GROUP_SEPARATOR = ' / ';

/**
 * The ids of groups by their paths of names; those that do not exist are made, level by level, so
 * that a parent is there before its children.
 */
export async function ensureGroups(
  uow: UnitOfWork,
  paths: readonly (readonly string[])[],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  const deepest = Math.max(0, ...paths.map((path) => path.length));
  for (let depth = 1; depth <= deepest; depth++) {
    const level = new Map<string, { name: string; parentId: string | null }>();
    for (const path of paths) {
      if (path.length < depth) continue;
      const parentPath = path.slice(0, depth - 1).join(GROUP_SEPARATOR);
      level.set(path.slice(0, depth).join(GROUP_SEPARATOR), {
        name: path[depth - 1] ?? '',
        parentId: ids.get(parentPath) ?? null,
      });
    }
    const rows = [...level].map(([externalId, group]) => ({
      id: newId(),
      external_id: externalId,
      name: group.name,
      parent_id: group.parentId,
    }));
    await uow.execute(
      `insert into location_group (organization_id, id, parent_id, external_id, name)
       select $1, g.id, g.parent_id, g.external_id, g.name
       from jsonb_to_recordset($2::jsonb) as g(id uuid, parent_id uuid, external_id text, name text)
       order by g.external_id on conflict (organization_id, external_id) do nothing`,
      [uow.organizationId, JSON.stringify(rows)],
    );
    const found = await uow.execute<{ id: string; external_id: string }>(
      'select id, external_id from location_group where organization_id = $1 and external_id = any($2::text[])',
      [uow.organizationId, [...level.keys()]],
    );
    for (const group of found) ids.set(group.external_id, group.id);
  }
  return ids;
}
