/** The rows of the demo, in the shape of the inputs of the import mutations. */
export interface DemoLocation {
  readonly externalId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly locale: string;
  readonly tags: readonly string[];
  readonly groupPath: readonly string[];
  readonly phone: string;
  readonly address: {
    readonly street: string;
    readonly postalCode: string;
    readonly city: string;
    readonly region: string | null;
    readonly country: string;
  };
}

export interface DemoProduct {
  readonly externalId: string;
  readonly name: string;
  readonly gtin: string;
}

export interface DemoReview {
  readonly source: string;
  readonly externalId: string;
  readonly locationExternalId: string;
  readonly productExternalId?: string;
  readonly ratingScale: 'STARS_5' | 'NUMERIC_10' | 'THUMBS' | 'TEXT_ONLY';
  readonly rating?: number;
  readonly title?: string;
  readonly text?: string;
  readonly language?: string;
  readonly authorName?: string;
  /** RFC 3339 in UTC. */
  readonly authoredAt: string;
  readonly response?: { readonly body: string; readonly publishedAt: string };
}
