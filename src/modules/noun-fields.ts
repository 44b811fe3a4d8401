import { converted, type FieldSource } from '../db/read/noun.ts';
import { encodeId, type IdType } from '../graphql/ids.ts';

/** A noun's global id, made from its UUID. */
export function convertedId(type: IdType): FieldSource {
  return { ...converted<string>('id', (uuid) => encodeId(type, uuid)), isPlain: true };
}
