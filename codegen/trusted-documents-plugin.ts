/**
 * Our plugin for the documents that a server is told to know (`ANTIPHON_TRUSTED_DOCUMENTS`): what a
 * client sends, by its SHA-256.
 */
import type { PluginFunction } from '@graphql-codegen/plugin-helpers';
import { operationsOf } from './operation.ts';

export const plugin: PluginFunction = (_schema, files) => {
  const operations = operationsOf(files.flatMap(({ document }) => document ?? []));
  const byHash = Object.fromEntries(operations.map(({ hash, text }) => [`sha256:${hash}`, text]));
  return `${JSON.stringify(byHash, null, 2)}\n`;
};
