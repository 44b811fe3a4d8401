/** What the docs list, they list completely; and what they link to exists. */
import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { STATUS_BY_CODE } from '../../src/graphql/admission/errors.ts';
import { MEMBER_ROLES, SCOPES } from '../../src/graphql/caller.ts';
import { UserErrorCode } from '../../src/graphql/user-error.ts';
import { PROJECT, guides } from './snippets.ts';

const ADRS = join(PROJECT, 'docs/adr');

function read(file: string): string {
  return readFileSync(join(PROJECT, file), 'utf8');
}

/** What stands in code marks in the first column of the tables of a page. */
function listed(page: string): string[] {
  return read(page)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)])
    .map((match) => match[1] ?? '');
}

describe('docs', () => {
  it('explain every code of an error, and no other', () => {
    const codes = [...Object.keys(UserErrorCode), ...Object.keys(STATUS_BY_CODE)];
    expect(listed('docs/errors.md').sort()).toEqual(codes.sort());
  });

  it('explain every setting of the environment, and no other', () => {
    const read_ = [...read('src/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map((m) => m[1]);
    const settings = listed('docs/operating.md').filter((name) => /^[A-Z_]+$/.test(name));
    expect(read_).not.toEqual([]);
    expect(settings.sort()).toEqual(read_.sort());
  });

  it('explain every scope and every role', () => {
    expect(listed('docs/api-keys.md')).toEqual(
      expect.arrayContaining([...SCOPES, ...MEMBER_ROLES]),
    );
  });

  it('list every decision record, numbered without a gap', () => {
    const records = readdirSync(ADRS).filter((file) => file !== 'README.md');
    expect(records.map((file) => Number(file.slice(0, 4)))).toEqual(records.map((_, i) => i + 1));
    for (const record of records) expect(read('docs/adr/README.md')).toContain(`(${record})`);
  });

  const records = readdirSync(ADRS).map((file) => join(ADRS, file));
  const ofRoot = ['CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'].map((file) =>
    join(PROJECT, file),
  );
  const pages = [...guides(), ...ofRoot, ...records].map((file) => relative(PROJECT, file));

  it.each(pages)('%s links to what exists', (page) => {
    const broken = [...read(page).matchAll(/\]\((?!https?:)([^)#\s]+)[^)]*\)/g)]
      .map((match) => match[1] ?? '')
      .filter((target) => !existsSync(resolve(PROJECT, dirname(page), target)));
    expect(broken).toEqual([]);
  });
});
