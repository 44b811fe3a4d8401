import { decodeId, InvalidIdError } from './ids.ts';
import type { IdType } from './ids.ts';
import { Refusal, refused } from './user-error.ts';

/**
 * The UUID of an id within a mutation's input.
 * @throws Refusal INVALID_ID, since a wrong id in an input is told as data, with its path.
 */
export function inputId(type: IdType, id: string, path: readonly string[]): string {
  try {
    return decodeId(type, id);
  } catch (error) {
    if (!(error instanceof InvalidIdError)) throw error;
    throw new Refusal(refused('INVALID_ID', path, error.message));
  }
}
