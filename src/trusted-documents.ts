import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigError } from './config.ts';
import { documentHash } from './graphql/admission/known-documents.ts';

/** Hash → text, as code generators write it. */
const manifest = z.record(z.string(), z.string());

/**
 * The texts of the documents in these files.
 * @throws ConfigError for a file that cannot be read, or holds a text under a hash that is not its own
 */
export async function readTrustedDocuments(files: readonly string[]): Promise<ReadonlySet<string>> {
  const texts = new Set<string>();
  for (const file of files) {
    for (const [name, text] of Object.entries(await readManifest(file))) {
      if (documentHash(text) !== name.replace(/^sha256:/, '')) {
        throw new ConfigError(`${file}: ${name} is not the SHA-256 of its document.`);
      }
      texts.add(text);
    }
  }
  return texts;
}

async function readManifest(file: string): Promise<Readonly<Record<string, string>>> {
  try {
    return manifest.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`ANTIPHON_TRUSTED_DOCUMENTS: ${file} holds no documents: ${why}`);
  }
}
