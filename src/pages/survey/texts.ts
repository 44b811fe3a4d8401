import { de, es, fr, it, ja, pt, ptBR } from './more-texts.ts';

/** What the page itself says, around the questions. */
export interface PageTexts {
  readonly next: string;
  readonly send: string;
  readonly back: string;
  readonly skip: string;
  readonly optional: string;
  readonly chooseAny: string;
  /** Before the title of a page that takes an answer back. */
  readonly error: string;
  readonly errorTitle: string;
  readonly required: string;
  readonly notOffered: string;
  readonly tooLong: string;
  readonly language: string;
  /** `{organization}` is put in. */
  readonly askedBy: string;
  readonly answered: string;
  readonly expired: string;
  readonly closed: string;
  readonly revoked: string;
  readonly unknownTitle: string;
  readonly unknown: string;
  readonly reviewTitle: string;
  readonly reviewAsk: string;
  readonly writeReview: string;
  readonly unsubscribe: string;
  readonly unsubscribeTitle: string;
  readonly unsubscribeAsk: string;
  readonly unsubscribeDo: string;
  readonly unsubscribed: string;
  readonly busyTitle: string;
  readonly busy: string;
  readonly tooLarge: string;
  readonly failedTitle: string;
  readonly failed: string;
}

const en: PageTexts = {
  next: 'Next',
  send: 'Send',
  back: 'Back',
  skip: 'Skip',
  optional: 'optional',
  chooseAny: 'You can choose more than one.',
  error: 'Error',
  errorTitle: 'There is a problem',
  required: 'Please answer this question.',
  notOffered: 'Please choose one of the answers.',
  tooLong: 'Please shorten your answer: at most 5,000 characters.',
  language: 'Language',
  askedBy: 'A survey of {organization}',
  answered: 'You have answered this survey already. Thank you.',
  expired: 'This invitation has expired.',
  closed: 'This survey is closed.',
  revoked: 'This invitation was withdrawn.',
  unknownTitle: 'This link opens nothing',
  unknown: 'Please check that you have the whole link.',
  reviewTitle: 'Would you write a review?',
  reviewAsk: 'What you have experienced helps others to choose, whether it was good or bad.',
  writeReview: 'Write a review',
  unsubscribe: 'No more questions by mail',
  unsubscribeTitle: 'No more questions?',
  unsubscribeAsk: '{organization} will not ask you anything this way any more.',
  unsubscribeDo: 'Stop asking me',
  unsubscribed: 'You will not be asked this way any more.',
  busyTitle: 'One moment, please',
  busy: 'Too much has come this way. Please try again in a minute.',
  tooLarge: 'That was too much at once. Please go back and shorten your answer.',
  failedTitle: 'Something went wrong',
  failed: 'Your answers up to here are saved. Please try again.',
};

const nl: PageTexts = {
  next: 'Volgende',
  send: 'Versturen',
  back: 'Terug',
  skip: 'Overslaan',
  optional: 'niet verplicht',
  chooseAny: 'U kunt meer dan één antwoord kiezen.',
  error: 'Fout',
  errorTitle: 'Er is een probleem',
  required: 'Beantwoord deze vraag, alstublieft.',
  notOffered: 'Kies een van de antwoorden, alstublieft.',
  tooLong: 'Kort uw antwoord in, alstublieft: hoogstens 5.000 tekens.',
  language: 'Taal',
  askedBy: 'Een enquête van {organization}',
  answered: 'U hebt deze enquête al ingevuld. Dank u wel.',
  expired: 'Deze uitnodiging is verlopen.',
  closed: 'Deze enquête is gesloten.',
  revoked: 'Deze uitnodiging is ingetrokken.',
  unknownTitle: 'Deze link opent niets',
  unknown: 'Controleer of u de hele link hebt.',
  reviewTitle: 'Wilt u een beoordeling schrijven?',
  reviewAsk: 'Wat u hebt meegemaakt, helpt anderen kiezen, of het nu goed of slecht was.',
  writeReview: 'Beoordeling schrijven',
  unsubscribe: 'Geen vragen meer per mail',
  unsubscribeTitle: 'Geen vragen meer?',
  unsubscribeAsk: '{organization} stelt u langs deze weg geen vragen meer.',
  unsubscribeDo: 'Geen vragen meer',
  unsubscribed: 'U krijgt langs deze weg geen vragen meer.',
  busyTitle: 'Een ogenblik, alstublieft',
  busy: 'Er kwam te veel tegelijk. Probeer het over een minuut opnieuw.',
  tooLarge: 'Dat was te veel in één keer. Ga terug en kort uw antwoord in.',
  failedTitle: 'Er ging iets mis',
  failed: 'Uw antwoorden tot hier zijn bewaard. Probeer het opnieuw.',
};

const TEXTS: Readonly<Record<string, PageTexts>> = {
  ...{ en, nl, de, fr, es, it, pt, ja },
  'pt-BR': ptBR,
};

/** In a locale, else in its language; English where there is neither. */
export function textsIn(locale: string): PageTexts {
  const language = locale.split('-', 1)[0]?.toLowerCase() ?? '';
  return TEXTS[locale] ?? TEXTS[language] ?? en;
}
