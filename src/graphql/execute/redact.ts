import type { Variables } from '../admission/cost-term.ts';

/** Shorter values would turn words of the message into dots, and say little. */
const MIN_LENGTH = 4;
/** An import has thousands of values; a message that quotes one quotes it from the first rows. */
const MAX_VALUES = 2_000;
const TOKENS = /\b(ant_(?:pub|sec|op)_|eyJ)[\w.-]+/g;

/**
 * Takes values of variables, and anything that looks like a key, out of a text for the log: messages
 * of databases and libraries quote what they choke on.
 */
export function redactor(variables: Variables | undefined): (text: string) => string {
  const values = new Set<string>();
  if (variables) collect(variables, values);
  // Longer ones first, since one may be part of another.
  const inOrder = [...values].sort((a, b) => b.length - a.length);
  return (text) => {
    let redacted = text.replace(TOKENS, '$1…');
    for (const value of inOrder) redacted = redacted.replaceAll(value, '…');
    return redacted;
  };
}

function collect(value: unknown, into: Set<string>): void {
  if (into.size >= MAX_VALUES) return;
  if (typeof value === 'string') {
    if (value.length >= MIN_LENGTH) into.add(value);
  } else if (value !== null && typeof value === 'object') {
    for (const each of Object.values(value)) collect(each, into);
  }
}
