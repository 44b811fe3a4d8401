/** What pg's own extensions (pg-cursor) use of it, and its types leave out. */
declare module 'pg/lib/utils.js' {
  const utils: { prepareValue(value: unknown): unknown };
  export default utils;
}
