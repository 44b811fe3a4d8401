import { fromTypeId } from './type-id.ts';

const TYPE_ID = /^(loc|rev|rsp)_[0-7][0-9a-z]{25}$/;
const TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d/;

/** Ids as UUIDs and times in one form, whatever a contender shows them as. */
export function canonical(value: unknown): unknown {
  if (typeof value === 'string') {
    if (TYPE_ID.test(value)) return fromTypeId(value);
    return TIME.test(value) ? new Date(value).toISOString() : value;
  }
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, canonical(item)]));
}
