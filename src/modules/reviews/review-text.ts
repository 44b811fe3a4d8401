import { eld } from 'eld/small';

/** What a source sent as one text, taken apart. */
export interface ReviewText {
  /** The customer's own words; null where the source gave none, or only their translation. */
  readonly text: string | null;
  /** The source's machine translation, where it added one. */
  readonly translatedText: string | null;
  /** BCP 47, of the customer's own words; null where they are missing or cannot be told. */
  readonly language: string | null;
}

const TRANSLATED = /^\s*\(Translated by Google\)\s*/;
const ORIGINAL = /\s*\(Original\)\s*/;
const TRANSLATED_AFTER = /\s*\(Translated by Google\)\s*/;
/** Sources cut long texts and end them so; nothing but this is no text at all. */
const ONLY_CUT = /^[\s….]*$/;
/** Language is told from the beginning: more text costs time and changes nothing. */
const DETECTED_LENGTH = 160;

function present(text: string): string | null {
  const trimmed = text.trim();
  return ONLY_CUT.test(trimmed) ? null : trimmed;
}

/**
 * Google joins translation and original as "(Translated by Google) … (Original) …", or the other
 * way around as "… (Translated by Google) …". They are kept apart, and an original that was cut
 * away stays unknown: its translation is not taken for the customer's own words.
 */
function takeApart(raw: string): { text: string | null; translatedText: string | null } {
  if (TRANSLATED.test(raw)) {
    const [translation = '', ...original] = raw.replace(TRANSLATED, '').split(ORIGINAL);
    return { text: present(original.join('\n')), translatedText: present(translation) };
  }
  const [original = '', ...translation] = raw.split(TRANSLATED_AFTER);
  return { text: present(original), translatedText: present(translation.join('\n')) };
}

/** Takes a text apart and tells its language, unless the source says it. */
export function readReviewText(raw: string | null, language: string | null): ReviewText {
  if (raw === null) return { text: null, translatedText: null, language };
  const { text, translatedText } = takeApart(raw);
  return { text, translatedText, language: language ?? detectLanguage(text) };
}

/** BCP 47, or null where the text is too short or too mixed to tell. */
export function detectLanguage(text: string | null): string | null {
  if (text === null) return null;
  const guess = eld.detect(text.slice(0, DETECTED_LENGTH));
  return guess.language !== '' && guess.isReliable() ? guess.language : null;
}
