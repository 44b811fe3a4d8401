/** What pg's own extensions (pg-cursor) use of it, and its types leave out. */
declare module 'pg/lib/utils.js' {
  export function prepareValue(value: unknown): unknown;
}
