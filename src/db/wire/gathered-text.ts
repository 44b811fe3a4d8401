/** A literal, a quoted name, or a parameter with the type that it is cast to. */
const PIECE = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\d+)(?:::([a-z0-9_]+(?:\[\])?))?/g;

/** `$1` is the organization in every read, and stands without a cast where it is compared. */
const ORGANIZATION_TYPE = 'uuid';

/**
 * The statement for several askers: its rows for each of them, in their order, and behind the columns
 * the number of the asker, from 1. It has the same parameters, each an array over the askers. Null
 * where the type of one is not known: each but the first is cast where it stands, to one type.
 *
 * The two `offset 0` keep PostgreSQL from drawing the statement into the join: it is planned as it
 * is by itself, and an array is made of its text once an asker, not once a row.
 */
export function gatheredText(text: string): string | null {
  const types = new Map([[1, ORGANIZATION_TYPE]]);
  let isTyped = true;
  const forOne = text.replace(PIECE, (piece, digits?: string, type?: string) => {
    if (digits === undefined) return piece;
    const number = Number(digits);
    const cast = type ?? types.get(1);
    if ((type === undefined && number > 1) || (types.get(number) ?? cast) !== cast) isTyped = false;
    types.set(number, cast as string);
    return `asked.p${digits}`;
  });
  if (!isTyped) return null;
  const parameters = [...types].sort(([a], [b]) => a - b);
  // There are no arrays of arrays of different lengths: those travel as text.
  const sent = parameters.map(([n, type]) => `$${n}::${type.endsWith('[]') ? 'text' : type}[]`);
  const names = parameters.map(([n]) => `p${n}`);
  const values = parameters.map(([n, type]) => `asked.p${n}::${type} as p${n}`);
  return (
    `select answer.*, asked.number from (select ${values.join(', ')}, asked.number ` +
    `from unnest(${sent.join(', ')}) with ordinality as asked(${names.join(', ')}, number) offset 0) asked ` +
    `cross join lateral (select * from (${forOne}) answer offset 0) answer`
  );
}
