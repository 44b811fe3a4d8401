import { PHRASES } from './phrases/languages.ts';
import type { Language } from './phrases/languages.ts';
import { THEMES } from './phrases/phrase-bank.ts';
import type { PhraseBank, Theme, Tone, Trade } from './phrases/phrase-bank.ts';
import type { Random } from './random.ts';

/** What people praise and complain of at a location more than elsewhere. */
export interface Character {
  readonly strength: Theme;
  readonly weakness: Theme;
}

export interface TextRequest {
  readonly language: Language;
  readonly trade: Trade;
  /** 1 to 5, also where the review shows another scale or none. */
  readonly stars: number;
  readonly character: Character;
}

export function toneOf(stars: number): Tone {
  if (stars >= 4) return 'good';
  return stars === 3 ? 'mixed' : 'bad';
}

/** What a customer writes: one to six sentences. */
export function composeText(random: Random, request: TextRequest): string {
  const bank = PHRASES[request.language];
  const tone = toneOf(request.stars);
  const body = composeBody(random, bank, request);
  const opener = random.chance(0.45) ? [random.pick(bank.openers[tone])] : [];
  const closer = random.chance(0.5) ? [random.pick(bank.closers[tone])] : [];
  return [...opener, ...body, ...closer].join(bank.space);
}

export function composeTitle(random: Random, { language, stars }: TextRequest): string {
  return random.pick(PHRASES[language].titles[toneOf(stars)]);
}

/** What the business answers, in the reviewer's language. */
export function composeResponse(
  random: Random,
  { language, stars }: TextRequest,
  names: { brand: string; author: string | undefined },
): string {
  const bank = PHRASES[language];
  return (
    random
      .pick(bank.responses[toneOf(stars)])
      // The first name, without an initial.
      .replaceAll('{name}', names.author?.split(' ')[0] ?? bank.guest)
      .replaceAll('{brand}', names.brand)
  );
}

function composeBody(random: Random, bank: PhraseBank, request: TextRequest): string[] {
  const { character, stars } = request;
  const themes = new ThemeDraw(random, character);
  const say = (side: 'good' | 'bad') => {
    const theme = themes.draw(side);
    return withItem(random, random.pick(bank.themes[theme][side]), bank, request.trade);
  };
  const repeat = (side: 'good' | 'bad', times: number) =>
    Array.from({ length: times }, () => say(side));
  const turn = () => random.pick(bank.turns);
  switch (stars) {
    case 5:
      return repeat('good', 1 + random.below(3));
    case 4: {
      const praise = repeat('good', 1 + random.below(2));
      return random.chance(0.35) ? [...praise, turn(), say('bad')] : praise;
    }
    case 3:
      return [say('good'), turn(), ...repeat('bad', 1 + random.below(2))];
    case 2: {
      const complaint = repeat('bad', 1 + random.below(2));
      return random.chance(0.4) ? [say('good'), turn(), ...complaint] : complaint;
    }
    default:
      return repeat('bad', 1 + random.below(3));
  }
}

/** Draws themes without repeating one in the same review. */
class ThemeDraw {
  readonly #random: Random;
  readonly #character: Character;
  readonly #drawn = new Set<Theme>();

  constructor(random: Random, character: Character) {
    this.#random = random;
    this.#character = character;
  }

  draw(side: 'good' | 'bad'): Theme {
    const favourite = side === 'good' ? this.#character.strength : this.#character.weakness;
    const weights = THEMES.map((theme) => {
      if (this.#drawn.has(theme)) return 0;
      return theme === favourite ? 4 : 1;
    });
    const theme = THEMES[this.#random.weighted(weights)]!;
    this.#drawn.add(theme);
    return theme;
  }
}

function withItem(random: Random, sentence: string, bank: PhraseBank, trade: Trade): string {
  if (!sentence.includes('{item}')) return sentence;
  const whole = sentence.replaceAll('{item}', random.pick(bank.items[trade]));
  return whole.charAt(0).toUpperCase() + whole.slice(1);
}
