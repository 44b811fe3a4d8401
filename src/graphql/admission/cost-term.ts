/** Variables of an operation as graphql-js coerced them. */
export type Variables = Readonly<Record<string, unknown>>;

/**
 * A number, or how to get it from the variables. What does not depend on variables is added and
 * multiplied once, when the document is prepared, so that most requests only read a number.
 */
export type Term = number | ((variables: Variables) => number);

export function evaluate(term: Term, variables: Variables): number {
  return typeof term === 'number' ? term : term(variables);
}

export function addTerms(a: Term, b: Term): Term {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (a === 0) return b;
  if (b === 0) return a;
  return (variables) => evaluate(a, variables) + evaluate(b, variables);
}

export function multiplyTerms(a: Term, b: Term): Term {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  if (a === 0 || b === 0) return 0;
  if (a === 1) return b;
  if (b === 1) return a;
  return (variables) => evaluate(a, variables) * evaluate(b, variables);
}
