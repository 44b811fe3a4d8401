import { column, Noun, relation } from '../../db/read/noun.ts';
import { type Condition } from '../../db/read/conditions.ts';
import { decodeId } from '../../graphql/ids.ts';
import { chosen } from '../external-ids.ts';
import { convertedId } from '../noun-fields.ts';
import type { LocationFilter } from './location.input.ts';

export const locationNoun = new Noun({
  type: 'Location',
  table: 'location',
  alias: 'l',
  types: {
    tags: 'text[]',
    address: 'jsonb',
    created_at: 'timestamptz',
    updated_at: 'timestamptz',
  },
  fields: {
    id: convertedId('Location'),
    externalId: column('external_id'),
    name: column('name'),
    timeZone: column('time_zone'),
    locale: column('locale'),
    tags: column('tags'),
    phone: column('phone'),
    address: column('address'),
    createdAt: column('created_at'),
    updatedAt: column('updated_at'),
    group: relation('group_id', 'groupKey'),
  },
});

export const locationGroupNoun = new Noun({
  type: 'LocationGroup',
  table: 'location_group',
  alias: 'g',
  fields: {
    id: convertedId('LocationGroup'),
    externalId: column('external_id'),
    name: column('name'),
    parent: relation('parent_id', 'parentKey'),
  },
});

/** Groups and all that is below them, as a subquery of group ids. */
export function groupTree(placeholder: string): string {
  return (
    `(with recursive tree(id) as (select g.id from location_group g where g.organization_id = $1 and g.id = any(${placeholder}::uuid[]) ` +
    `union select c.id from location_group c join tree t on c.parent_id = t.id where c.organization_id = $1) select id from tree)`
  );
}

export function locationConditions(filter: LocationFilter | null | undefined): Condition {
  return (bindings) => {
    const conditions: string[] = [];
    if (filter?.ids != null) {
      const ids = filter.ids.map((id) => decodeId('Location', id));
      conditions.push(`l.id = any(${bindings.bind(ids)}::uuid[])`);
    }
    if (filter?.externalIds != null) {
      conditions.push(`l.external_id ${bindings.oneOf(filter.externalIds, 'text')}`);
    }
    if (filter?.groupIds != null) {
      const ids = filter.groupIds.map((id) => decodeId('LocationGroup', id));
      conditions.push(`l.group_id in ${groupTree(bindings.bind(ids))}`);
    }
    if (filter?.tags != null) conditions.push(`l.tags @> ${bindings.bind(filter.tags)}::text[]`);
    if (filter?.name != null) {
      const pattern = `%${filter.name.replace(/[\\%_]/g, '\\$&')}%`;
      conditions.push(`l.name ilike ${bindings.bind(pattern)}`);
    }
    return conditions;
  };
}

export const locationBy = chosen('Location', locationNoun);
