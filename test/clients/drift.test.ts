/** What is checked in is what the generator makes of the schema and the documents. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROJECT = resolve(import.meta.dirname, '../..');
const INPUTS = ['codegen.yml', 'codegen', 'schema', 'clients', 'package.json'];

let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'antiphon-codegen-'));
  for (const path of INPUTS) cpSync(join(PROJECT, path), join(copy, path), { recursive: true });
  symlinkSync(join(PROJECT, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Runs the generator without writing: 0 where every file is as it would write it. */
function check(folder: string): Promise<{ exitCode: number; output: string }> {
  const program = join(PROJECT, 'node_modules/@graphql-codegen/cli/esm/bin.js');
  const { NODE_OPTIONS: _, NODE_ENV: __, ...env } = process.env;
  return new Promise((done) => {
    execFile(
      process.execPath,
      [program, '--config', 'codegen.yml', '--check'],
      { cwd: folder, env },
      (error, stdout, stderr) =>
        done({ exitCode: Number(error?.code ?? 0), output: stdout + stderr }),
    );
  });
}

function change(file: string, from: string, to: string): void {
  const text = readFileSync(join(copy, file), 'utf8');
  expect(text).toContain(from);
  writeFileSync(join(copy, file), text.replace(from, to));
}

describe('npm run codegen', () => {
  it('makes exactly the files that are checked in', async () => {
    expect(await check(PROJECT)).toMatchObject({ exitCode: 0 });
  });

  it('makes other files of other documents, which the check notices', async () => {
    change('clients/internal/documents/accounts.graphql', '    audience\n', '');
    const { exitCode, output } = await check(copy);
    expect(output).toContain('clients/internal/src/generated/operations.ts');
    expect(output).not.toContain('- clients/storefront/src/generated/operations.ts');
    expect(exitCode).toBe(1);
  });

  it('refuses a storefront document that a publishable key could not run', async () => {
    change('clients/storefront/documents/fragments.graphql', '  sentiment\n', '  slaState\n');
    const { exitCode, output } = await check(copy);
    expect(output).toContain('Cannot query field "slaState" on type "Review"');
    expect(exitCode).toBe(1);
  });
});
