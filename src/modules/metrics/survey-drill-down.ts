/** Which responses a part of a value is over, beside the filter, range and dimensions of the query. */
export interface ResponseConditions {
  /** By the day when they were begun, complete or not; else by the day of their completion. */
  readonly by?: 'STARTED';
  /** To surveys of this kind. */
  readonly kind?: 'CSAT' | 'CES';
  readonly isScored?: true;
  readonly isInSegment?: true;
  readonly segment?: 'PROMOTER' | 'PASSIVE' | 'DETRACTOR';
  readonly sentiment?: 'POSITIVE';
  /** With the highest score of the scale. */
  readonly isTop?: true;
  readonly isTimed?: true;
}

/** The responses counted in `n`, and what those of them in the numerator are beside that. */
export interface ResponsesBehind {
  readonly counted: ResponseConditions;
  readonly inNumerator: ResponseConditions;
}
