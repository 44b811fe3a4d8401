import type { Bindings } from '../../db/read/conditions.ts';
import { decodeId } from '../../graphql/ids.ts';
import { groupTree } from '../locations/index.ts';
import { NO_LOCATION } from '../reviews/index.ts';
import type { CheckedQuery } from './check-query.ts';

/** The places in the rollups that a query is over. */
export interface Places {
  /** Conditions on a row `t`; none: the organization as a whole, which is a place of its own. */
  readonly conditions: readonly string[];
  /** Whether they let only one place through. */
  readonly isOne: boolean;
  /** Set where places are split by the groups that they are in. */
  readonly groups: Groups | null;
}

export interface Groups {
  /** A member of a `with recursive`: each place with each of its groups, and with null where it is in none. */
  readonly with: string;
  /** Conditions on its row `m`. */
  readonly conditions: readonly string[];
}

const MEMBERSHIP = `membership(place_id, group_id) as (
  select l.id, l.group_id from location l where l.organization_id = $1
  union all select '${NO_LOCATION}'::uuid, null::uuid
  union
  select b.place_id, g.parent_id from membership b
  join location_group g on g.organization_id = $1 and g.id = b.group_id
  where g.parent_id is not null
)`;

/** @param locations for each of which the query is answered by itself; null: over all */
export function placesOf(
  { filter, dimensions }: CheckedQuery,
  locations: readonly string[] | null,
  organizationId: string,
  bindings: Bindings,
): Places {
  const { locationIds, locationExternalIds, groupIds } = filter;
  const conditions: string[] = [];
  const keys = locationIds?.map((id) => decodeId('Location', id));
  // The organization as a whole and the reviews of no location stand among the places as well.
  const ofLocations = (of: readonly string[]) =>
    bindings.oneOf(
      of.filter((key) => key !== organizationId && key !== NO_LOCATION),
      'uuid',
    );
  const trees = groupIds?.map((id) => decodeId('LocationGroup', id));
  const tree = trees && groupTree(bindings.bind(trees));
  if (locations) conditions.push(`t.place_id ${ofLocations(locations)}`);
  if (keys) conditions.push(`t.place_id ${ofLocations(keys)}`);
  if (locationExternalIds != null || tree) {
    const chosen = [
      'l.organization_id = $1',
      ...(locationExternalIds == null
        ? []
        : [`l.external_id ${bindings.oneOf(locationExternalIds, 'text')}`]),
      ...(tree ? [`l.group_id in ${tree}`] : []),
    ];
    // As an array that is made once: what follows is one look-up by index for each.
    conditions.push(
      `t.place_id = any(array(select l.id from location l where ${chosen.join(' and ')}))`,
    );
  }
  if (dimensions.includes('GROUP')) {
    const groups = { with: MEMBERSHIP, conditions: ofMembers(conditions, tree) };
    return { conditions, isOne: false, groups };
  }
  if (conditions.length === 0 && dimensions.includes('LOCATION')) {
    conditions.push(
      `t.place_id = any(array(select l.id from location l where l.organization_id = $1 union all select '${NO_LOCATION}'::uuid))`,
    );
  }
  const isOne = conditions.length === 0 || (conditions.length === 1 && keys?.length === 1);
  return { conditions, isOne, groups: null };
}

/** A filter by groups shows those and what is below them: of those above it would show a part only. */
function ofMembers(conditions: readonly string[], tree: string | undefined): string[] {
  const own = conditions.map((condition) => condition.replace(/^t\./, 'm.'));
  return tree === undefined ? own : [...own, `m.group_id in ${tree}`];
}
