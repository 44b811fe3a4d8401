/** What other modules may use of responses. */
export { type ImportedResponseRow, writeImportedResponses } from './imported-responses.ts';
export { responseNoun } from './response.reads.ts';
