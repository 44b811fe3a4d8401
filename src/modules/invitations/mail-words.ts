import { textIn } from '../surveys/index.ts';

/** What stands around a question in a mail. `{sender}` and `{place}` are put in. */
export interface MailWords {
  readonly subject: string;
  readonly intro: string;
  readonly answer: string;
  readonly reviewSubject: string;
  readonly reviewIntro: string;
  readonly writeReview: string;
  readonly reminder: string;
  readonly why: string;
  readonly unsubscribe: string;
}

const en: MailWords = {
  subject: 'A question from {sender}',
  intro: '{sender} would like to know what you think. It takes a minute.',
  answer: 'Answer',
  reviewSubject: 'Would you review {place}?',
  reviewIntro:
    'What you have experienced at {place} helps others to choose, whether it was good or bad. Would you write a review?',
  writeReview: 'Write a review',
  reminder: 'Reminder: {subject}',
  why: 'You get this mail since you are a customer of {sender}.',
  unsubscribe: 'No more questions by mail',
};

const nl: MailWords = {
  subject: 'Een vraag van {sender}',
  intro: '{sender} hoort graag wat u vindt. Het kost een minuut.',
  answer: 'Antwoorden',
  reviewSubject: 'Wilt u {place} beoordelen?',
  reviewIntro:
    'Wat u bij {place} hebt meegemaakt, helpt anderen kiezen, of het nu goed of slecht was. Wilt u een beoordeling schrijven?',
  writeReview: 'Beoordeling schrijven',
  reminder: 'Herinnering: {subject}',
  why: 'U krijgt deze mail omdat u klant bent van {sender}.',
  unsubscribe: 'Geen vragen meer per mail',
};

const de: MailWords = {
  subject: 'Eine Frage von {sender}',
  intro: '{sender} möchte wissen, was Sie denken. Es dauert eine Minute.',
  answer: 'Antworten',
  reviewSubject: 'Möchten Sie {place} bewerten?',
  reviewIntro:
    'Was Sie bei {place} erlebt haben, hilft anderen bei der Wahl, ob es gut oder schlecht war. Möchten Sie eine Bewertung schreiben?',
  writeReview: 'Bewertung schreiben',
  reminder: 'Erinnerung: {subject}',
  why: 'Sie erhalten diese Mail, weil Sie Kunde von {sender} sind.',
  unsubscribe: 'Keine Fragen mehr per Mail',
};

const fr: MailWords = {
  subject: 'Une question de {sender}',
  intro: '{sender} aimerait connaître votre avis. Cela prend une minute.',
  answer: 'Répondre',
  reviewSubject: 'Voulez-vous évaluer {place} ?',
  reviewIntro:
    'Votre expérience chez {place} aide d’autres personnes à choisir, qu’elle ait été bonne ou mauvaise. Voulez-vous écrire un avis ?',
  writeReview: 'Écrire un avis',
  reminder: 'Rappel : {subject}',
  why: 'Vous recevez ce message parce que vous êtes client de {sender}.',
  unsubscribe: 'Ne plus recevoir de questions par courriel',
};

const es: MailWords = {
  subject: 'Una pregunta de {sender}',
  intro: 'A {sender} le gustaría saber su opinión. Se tarda un minuto.',
  answer: 'Responder',
  reviewSubject: '¿Quiere valorar {place}?',
  reviewIntro:
    'Su experiencia en {place} ayuda a otros a elegir, haya sido buena o mala. ¿Quiere escribir una reseña?',
  writeReview: 'Escribir una reseña',
  reminder: 'Recordatorio: {subject}',
  why: 'Recibe este correo porque es cliente de {sender}.',
  unsubscribe: 'No recibir más preguntas por correo',
};

const it: MailWords = {
  subject: 'Una domanda da {sender}',
  intro: '{sender} vorrebbe conoscere la sua opinione. Basta un minuto.',
  answer: 'Rispondere',
  reviewSubject: 'Vuole recensire {place}?',
  reviewIntro:
    'La sua esperienza presso {place} aiuta altri a scegliere, buona o cattiva che sia stata. Vuole scrivere una recensione?',
  writeReview: 'Scrivere una recensione',
  reminder: 'Promemoria: {subject}',
  why: 'Riceve questa mail perché è cliente di {sender}.',
  unsubscribe: 'Niente più domande per posta elettronica',
};

const pt: MailWords = {
  subject: 'Uma pergunta de {sender}',
  intro: '{sender} gostaria de saber a sua opinião. Demora um minuto.',
  answer: 'Responder',
  reviewSubject: 'Quer avaliar {place}?',
  reviewIntro:
    'A sua experiência em {place} ajuda outras pessoas a escolher, tenha sido boa ou má. Quer escrever uma avaliação?',
  writeReview: 'Escrever uma avaliação',
  reminder: 'Lembrete: {subject}',
  why: 'Recebe este e-mail porque é cliente de {sender}.',
  unsubscribe: 'Não receber mais perguntas por e-mail',
};

const ptBR: MailWords = {
  ...pt,
  intro: '{sender} gostaria de saber o que você acha. Leva um minuto.',
  reviewSubject: 'Você quer avaliar {place}?',
  reviewIntro:
    'O que você viveu em {place} ajuda outras pessoas a escolher, tenha sido bom ou ruim. Quer escrever uma avaliação?',
  why: 'Você recebe este e-mail porque é cliente de {sender}.',
};

const ja: MailWords = {
  subject: '{sender}からのご質問',
  intro: '{sender}は皆さまのご意見をお待ちしています。所要時間は約1分です。',
  answer: '回答する',
  reviewSubject: '{place}のレビューを書いていただけませんか',
  reviewIntro:
    '{place}でのご経験は、良かった点も悪かった点も、ほかの方の参考になります。レビューを書いていただけませんか。',
  writeReview: 'レビューを書く',
  reminder: '再送：{subject}',
  why: 'このメールは{sender}のお客様にお送りしています。',
  unsubscribe: 'メールでの質問を停止する',
};

const WORDS: Readonly<Record<string, MailWords>> = {
  en,
  nl,
  de,
  fr,
  es,
  it,
  pt,
  'pt-BR': ptBR,
  ja,
};
const LANGUAGES = Object.fromEntries(Object.keys(WORDS).map((tag) => [tag, tag]));

/** The words for a text of this locale; English where there are none in its language. */
export function wordsFor(locale: string): MailWords {
  return WORDS[textIn(LANGUAGES, locale, 'en')] ?? en;
}

/** Puts the values in; a value is not looked at for further places. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
}
