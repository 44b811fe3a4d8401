import { describe, expect, it } from '@jest/globals';
import { TypeID } from 'typeid-js';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import { decodeId, encodeId, InvalidIdError, parseId } from '../../src/graphql/ids.ts';

describe('ids', () => {
  it('are TypeIDs: equal to those of the typeid-js library, both ways', () => {
    const uuids = [
      '00000000-0000-0000-0000-000000000000',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
      ...Array.from({ length: 500 }, (_, i) => (i % 2 ? uuidv4() : uuidv7())),
    ];
    for (const uuid of uuids) {
      const id = encodeId('Review', uuid);
      expect(id).toBe(TypeID.fromUUID('rev', uuid).toString());
      expect(parseId(id)).toEqual({ type: 'Review', uuid });
    }
  });

  it('sort as they were made', () => {
    const ids = Array.from({ length: 200 }, () => encodeId('Location', uuidv7()));
    expect([...ids].sort()).toEqual(ids);
  });

  it('of another type, or none at all, are refused with a message that says so', () => {
    const location = encodeId('Location', uuidv7());
    expect(() => decodeId('Review', location)).toThrow(
      /id of a Location; this takes the id of a Review/,
    );
    for (const bad of [
      '',
      '42',
      'rev_',
      'rev_8zzzzzzzzzzzzzzzzzzzzzzzzz',
      'xyz_01jx4k5v9re0tbq6x9a3m2f8ch',
      'rev_01JX4K5V9RE0TBQ6X9A3M2F8CH',
      "rev_01jx4k5v9re0tbq6x9a3m2f8c'",
    ]) {
      expect(() => decodeId('Review', bad)).toThrow(InvalidIdError);
    }
  });
});
