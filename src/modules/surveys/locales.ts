import type { SurveyDefinition, Translations } from './definition.ts';

/**
 * Languages whose regions write differently enough that one text does not serve the other: a reader
 * in Brazil is not given the text of Portugal. Where the script differs (zh-TW, zh-CN; sr-Latn,
 * sr-Cyrl) that alone keeps texts apart.
 */
const REGIONS_APART: ReadonlySet<string> = new Set(['pt']);

/**
 * In which of its locales a survey is shown to somebody who wants `wanted`: that one; else what is
 * left of it when its last parts go (pt-BR: pt; RFC 4647, "lookup"); else the first of the same
 * language and script (nl-BE: nl-NL) where regions understand each other's text; else the default.
 */
export function resolveLocale(
  { locales, defaultLocale }: Pick<SurveyDefinition, 'locales' | 'defaultLocale'>,
  wanted: string | null | undefined,
): string {
  if (wanted == null) return defaultLocale;
  if (locales.includes(wanted)) return wanted;
  return bestOf(locales, wanted) ?? defaultLocale;
}

/** A text for a reader of `locale`; empty where a draft has none, neither in the default locale. */
export function textIn(
  translations: Translations | null | undefined,
  locale: string,
  defaultLocale: string,
): string {
  if (translations == null) return '';
  const exact = translations[locale];
  if (exact !== undefined) return exact;
  const best = bestOf(Object.keys(translations), locale);
  return translations[best ?? defaultLocale] ?? '';
}

/** The tag as it is written everywhere ("pt-br": "pt-BR"); null: it is none. */
export function canonicalLocale(tag: string): string | null {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}

function bestOf(offered: readonly string[], wantedTag: string): string | null {
  const canonical = canonicalLocale(wantedTag);
  if (canonical === null) return null;
  const wanted = new Intl.Locale(canonical).maximize();
  const candidates = offered.flatMap((tag) => {
    const name = canonicalLocale(tag);
    if (name === null) return [];
    const { language, script, region } = new Intl.Locale(name).maximize();
    if (language !== wanted.language || script !== wanted.script) return [];
    return [{ tag, name, region }];
  });
  for (let rest = canonical; rest !== ''; rest = withoutLast(rest)) {
    const found = candidates.find(({ name }) => name === rest);
    if (found !== undefined) return found.tag;
  }
  const apart = REGIONS_APART.has(wanted.language);
  return candidates.find(({ region }) => !apart || region === wanted.region)?.tag ?? null;
}

/** "pt-BR": "pt"; "de-DE-u-co-phonebk": "de-DE-u-co", then "de-DE", as a single letter goes with what follows. */
function withoutLast(tag: string): string {
  const shorter = tag.split('-').slice(0, -1);
  if (shorter.at(-1)?.length === 1) shorter.pop();
  return shorter.join('-');
}
