import { Extensions } from 'type-graphql';

/**
 * How much an argument or an input may hold. Admission holds every list and text against these
 * bounds, by the types of the schema, so that a new field has them without saying so.
 */
export const MOST_VALUES = 1_000;

/** In UTF-16 code units, of one text or id. */
export const LONGEST_TEXT = 10_000;

/** What a list of an input says of itself (`extensions` of the input field). */
export interface ListBound {
  /** Fewer values than {@link MOST_VALUES}. */
  readonly most?: number;
  /** Rows of an import: they are told one by one, as data, where they or a part of them are too many or too long. */
  readonly rows?: boolean;
}

/** Declares that a list of an input takes fewer values than others. */
export const AtMost = (most: number) => Extensions({ most } satisfies ListBound);

/**
 * Declares the rows of an import, which have bounds of their own: a bad row never stops the good
 * ones, so the service looks at each by itself.
 */
export const ImportRows = () => Extensions({ rows: true } satisfies ListBound);
