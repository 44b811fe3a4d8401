import { beforeEach, describe, expect, it } from '@jest/globals';
import { textOf, utf8Of } from '../../src/db/read/utf8.ts';
import { GraphQLError } from 'graphql';
import { pino } from 'pino';
import { RequestError } from '../../src/graphql/admission/errors.ts';
import {
  encodeResult,
  encodeShared,
  resultOfText,
  withExtensions,
} from '../../src/graphql/execute/encoding.ts';
import { publicError } from '../../src/graphql/execute/public-errors.ts';

const lines: string[] = [];
const logger = pino({ level: 'trace' }, { write: (line) => void lines.push(line) });

beforeEach(() => {
  lines.length = 0;
});

const told = (error: unknown, variables: Record<string, unknown> = {}) =>
  publicError(error, { requestId: 'r1', operationName: 'Op', variables, logger }).toJSON();

const MASKED = {
  message: 'Internal error',
  extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'r1' },
};

class FeedLikeError extends Error {
  readonly code: string;
  readonly cursor: string | null;

  constructor(code: string, cursor: string | null) {
    super('Resume from the cursor');
    this.code = code;
    this.cursor = cursor;
  }
}

describe('what a caller is told of an error', () => {
  it.each<[string, unknown]>([
    ['an error', new Error('secret')],
    ['an error of the database', Object.assign(new Error('secret'), { code: '23505' })],
    [
      'an error with a code that is not ours',
      new GraphQLError('secret', { extensions: { code: 'X' } }),
    ],
    ['an error without a code', new GraphQLError('secret')],
    ['an error around another', new GraphQLError('secret', { originalError: new Error('secret') })],
    ['something that is no error', 'secret'],
  ])('is nothing, where it is %s', (_what, error) => {
    expect(told(error)).toEqual(MASKED);
    expect(lines.join('')).toContain('secret');
  });

  it('is its message and code, where they are ours', () => {
    const thrown = new RequestError('FORBIDDEN', 'Not you.', { extensions: { scope: 's' } });
    const located = new GraphQLError(thrown.message, { originalError: thrown, path: ['a', 0] });
    const answer = { message: 'Not you.', extensions: { code: 'FORBIDDEN', scope: 's' } };
    expect(told(thrown)).toEqual(answer);
    expect(told(located)).toEqual({ ...answer, path: ['a', 0] });
    expect(lines).toEqual([]);
  });

  it('is where to go on, where the feed has ended', () => {
    expect(told(new FeedLikeError('FEED_SLOW_READER', 'c1'))).toEqual({
      message: 'Resume from the cursor',
      extensions: { code: 'FEED_SLOW_READER', cursor: 'c1' },
    });
    expect(told(new FeedLikeError('FORBIDDEN', null))).toEqual(MASKED);
  });

  it('is what is wrong with an argument that only execution could see', () => {
    const message = 'Argument "first" of non-null type "Int!" must not be null.';
    expect(told(new GraphQLError(message))).toEqual({
      message,
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });
});

describe('what the log is told of a fault', () => {
  it('is what happened and where, without what the caller sent', () => {
    const variables = { input: { text: 'terrible soup', rating: 1, tags: ['private-tag'] } };
    const error = new Error('insert ("terrible soup", "private-tag"): duplicate key');
    told(Object.assign(error, { parameters: ['terrible soup'] }), variables);
    const text = lines.join('');
    expect(text).toContain('duplicate key');
    expect(text).toContain('execute-errors.test');
    expect(JSON.parse(text)).toMatchObject({ requestId: 'r1', operationName: 'Op' });
    expect(text).not.toContain('soup');
    expect(text).not.toContain('private-tag');
  });

  it('is no key, wherever it came from', () => {
    told(new Error('bad header: Bearer ant_sec_abcDEF123_-x and eyJhbGciOi.eyJzdWIi.sig'));
    expect(lines.join('')).not.toMatch(/abcDEF|hbGci|sig/);
  });
});

describe('a result', () => {
  it('of a cohort is encoded once, errors first', () => {
    let reads = 0;
    const data = {
      get a() {
        reads += 1;
        return 1;
      },
    };
    const result = { data, errors: [new GraphQLError('x')] };
    const text = encodeShared(result);
    expect(encodeShared(result)).toBe(text);
    expect(text).toBe('{"errors":[{"message":"x"}],"data":{"a":1}}');
    expect(reads).toBe(1);
  });

  it('that was made as text is passed on as it is, and can be looked at', () => {
    const data = utf8Of('{"a":[1,  "é ’ 😀"]}');
    const result = withExtensions(resultOfText(data), { cost: 3, why: '“é”' });
    expect(result.data).toEqual({ a: [1, 'é ’ 😀'] });
    const text = '{"data":{"a":[1,  "é ’ 😀"]},"extensions":{"cost":3,"why":"“é”"}}';
    expect(textOf(encodeResult(result))).toBe(text);
    expect(Buffer.from(encodeResult(result), 'latin1')).toEqual(Buffer.from(text));
  });
});
