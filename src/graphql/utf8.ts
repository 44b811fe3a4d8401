/** What answers are made of. */
export { type Utf8, utf8Of } from '../db/read/utf8.ts';
