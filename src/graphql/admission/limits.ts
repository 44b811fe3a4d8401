/** What one document may be. Everything but the cost is checked before validation, which it protects. */
export interface DocumentLimits {
  /** Lexical tokens of the whole document. */
  readonly maxTokens: number;
  /** Levels of fields; what is below `__schema` and `__type` does not count. */
  readonly maxDepth: number;
  /** Aliases, counted each time that a fragment with one in it is spread. */
  readonly maxAliases: number;
  /** Fields of the operation's root, aliases included. */
  readonly maxRootFields: number;
  /** Fields of the operation once every fragment spread is written out. */
  readonly maxFields: number;
  /** Points; see `cost.ts` for what they count. */
  readonly maxCost: number;
}

export const DEFAULT_DOCUMENT_LIMITS: DocumentLimits = {
  maxTokens: 4_000,
  maxDepth: 16,
  maxAliases: 50,
  maxRootFields: 20,
  maxFields: 2_000,
  maxCost: 10_000,
};
