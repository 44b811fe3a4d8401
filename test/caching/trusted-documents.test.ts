import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../src/config.ts';
import { readTrustedDocuments } from '../../src/trusted-documents.ts';
import { startTestServer } from '../testkit/server.ts';
import { ask, dataOf, sha256 } from './shop.ts';

const DOCUMENT = 'query Trusted { locations { totalCount } }';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'antiphon-documents-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

async function fileWith(name: string, content: unknown): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, JSON.stringify(content));
  return file;
}

it('documents of the files are known by their hashes from the start', async () => {
  const file = await fileWith('good.json', { [sha256(DOCUMENT)]: DOCUMENT });
  const server = await startTestServer({ ANTIPHON_TRUSTED_DOCUMENTS: ` ${file} ` });
  try {
    const parameters = { documentId: `sha256:${sha256(DOCUMENT)}` };
    const response = await ask(server.url, '', { key: server.keys.storefront, parameters });
    expect(await dataOf(response)).toEqual({ locations: { totalCount: 0 } });
  } finally {
    await server.close();
  }
});

it('a file that is not what it should be stops the start', async () => {
  const wrongHash = await fileWith('wrong.json', { [sha256('other')]: DOCUMENT });
  const noTexts = await fileWith('numbers.json', { [sha256(DOCUMENT)]: 1 });
  for (const file of [wrongHash, noTexts, join(directory, 'absent.json')]) {
    await expect(readTrustedDocuments([file])).rejects.toThrow(ConfigError);
  }
});
