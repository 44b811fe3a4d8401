type Writer = (...values: never[]) => string;

/** What stands before a member's value, and what writes it. */
export interface Member<W extends Writer> {
  readonly key: string;
  /** What `write` is called with, as code over the parameters; null where the key is all there is. */
  readonly given: string | null;
  readonly write: W;
}

/**
 * A writer of an object, made as code: in a loop over members every call goes to another function,
 * and every property has another name, which JavaScript's engine cannot foresee; written out, each
 * call and each property has its own place. `given` and the parameters are of our own making, and
 * keys are put in as literals.
 */
export function unrolled<W extends Writer>(
  parameters: string,
  members: readonly Member<Writer>[],
): W {
  if (members.length === 0) return (() => '{}') as unknown as W;
  const terms = members.map(({ key, given }, index) => {
    const text = JSON.stringify(`${index === 0 ? '{' : ','}${key}`);
    return given === null ? text : `${text} + write${index}(${given})`;
  });
  const code = `return (${parameters}) => ${terms.join(' + ')} + '}'`;
  const names = members.map((_, index) => `write${index}`);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const make = new Function(...names, code) as (...writers: Writer[]) => W;
  return make(...members.map(({ write }) => write));
}
