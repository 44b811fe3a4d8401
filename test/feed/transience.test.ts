import { createConnection } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { isTransientDatabaseError, transienceOf } from '../../src/feed/transience.ts';

const withCode = (code: string): Error => Object.assign(new Error('…'), { code });

describe('an error', () => {
  it.each(['57P01', '57P02', '57P03', '53300', '08006', 'ECONNRESET', 'EPIPE'])(
    'with code %s is an outage',
    (code) => {
      expect(transienceOf(withCode(code))).toBe('outage');
    },
  );

  it.each(['40001', '40P01', '57014', '53200'])('with code %s passes', (code) => {
    expect(transienceOf(withCode(code))).toBe('passing');
  });

  it.each(['23505', '42P01', '42501', ''])('with code %j lasts', (code) => {
    expect(transienceOf(withCode(code))).toBe('lasting');
  });

  it('of a socket is an outage', async () => {
    const error = await new Promise((resolve) => {
      createConnection(9, '127.0.0.1').on('error', resolve);
    });
    expect(transienceOf(error)).toBe('outage');
  });

  it('is known by its cause, and by what GraphQL wraps', () => {
    const inner = withCode('57P01');
    expect(isTransientDatabaseError(new Error('…', { cause: inner }))).toBe(true);
    expect(isTransientDatabaseError(Object.assign(new Error('…'), { originalError: inner }))).toBe(
      true,
    );
    const circular = new Error('…');
    circular.cause = circular;
    expect(isTransientDatabaseError(circular)).toBe(false);
  });

  it.each([undefined, null, 'ECONNRESET', new Error('Connection refused by policy')])(
    'that is %p is none of the database',
    (error) => {
      expect(isTransientDatabaseError(error)).toBe(false);
    },
  );
});
