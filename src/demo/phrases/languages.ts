import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { it } from './it.ts';
import { ja } from './ja.ts';
import { nl } from './nl.ts';
import type { PhraseBank } from './phrase-bank.ts';
import { pt } from './pt.ts';

export const PHRASES = { de, en, es, fr, it, ja, nl, pt } as const satisfies Record<
  string,
  PhraseBank
>;
export type Language = keyof typeof PHRASES;
