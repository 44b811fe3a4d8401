/** What the demo asks in private: an NPS survey with branches, in English and Dutch. */
const both = (en: string, nl: string) => [
  { locale: 'en', text: en },
  { locale: 'nl', text: nl },
];

export const DEMO_SURVEY = {
  key: 'relationship',
  name: 'How customers see us',
  kind: 'NPS',
  anonymous: true,
  definition: {
    defaultLocale: 'en',
    locales: ['en', 'nl'],
    questions: [
      {
        key: 'recommend',
        kind: 'SCALE',
        scale: 'NPS_10',
        required: true,
        text: both(
          'How likely are you to recommend us to a friend or colleague?',
          'Hoe waarschijnlijk is het dat je ons aanbeveelt bij een vriend of collega?',
        ),
        lowLabel: both('Not at all likely', 'Zeer onwaarschijnlijk'),
        highLabel: both('Extremely likely', 'Zeer waarschijnlijk'),
      },
      {
        key: 'best',
        kind: 'TEXT',
        text: both('What did we do best?', 'Wat deden we het best?'),
        showIf: [{ question: 'recommend', atLeast: 9 }],
      },
      {
        key: 'better',
        kind: 'TEXT',
        text: both('What should we do better?', 'Wat moeten we beter doen?'),
        showIf: [{ question: 'recommend', atMost: 8 }],
      },
      {
        key: 'topic',
        kind: 'SINGLE_CHOICE',
        text: both('What is that about?', 'Waar gaat dat over?'),
        showIf: [{ question: 'recommend', atMost: 6 }],
        choices: [
          { key: 'service', label: both('Service', 'Bediening') },
          { key: 'quality', label: both('Quality', 'Kwaliteit') },
          { key: 'price', label: both('Price', 'Prijs') },
        ],
      },
    ],
    thankYouPages: [
      {
        key: 'sorry',
        title: both('Thank you for your honesty', 'Dank je voor je eerlijkheid'),
        body: both(
          'We read every answer, and will do something about this one.',
          'We lezen elk antwoord, en doen iets met het jouwe.',
        ),
        showIf: [{ question: 'recommend', atMost: 6 }],
      },
      {
        key: 'thanks',
        title: both('Thank you', 'Dank je wel'),
        body: both('Your answer helps us.', 'Je antwoord helpt ons.'),
      },
    ],
  },
} as const;
