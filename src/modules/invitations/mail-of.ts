import type { Mail } from '../../channels/mail.ts';
import type { Message } from './message.ts';

/** A message as a mail: the same in text, for whoever reads no HTML. */
export function mailOf(message: Message, envelope: Pick<Mail, 'to' | 'from' | 'messageId'>): Mail {
  return {
    ...envelope,
    subject: message.subject,
    text: textOf(message),
    html: htmlOf(message),
    headers: {
      'List-Unsubscribe': `<${message.unsubscribeLink}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    },
  };
}

function textOf(message: Message): string {
  const { intro, question, lowLabel, highLabel, scores, action, link } = message;
  const first = scores[0];
  const last = scores.at(-1);
  const ends =
    first !== undefined && last !== undefined && (lowLabel !== '' || highLabel !== '')
      ? [`${first.score}: ${lowLabel} – ${last.score}: ${highLabel}`]
      : [];
  const parts = [
    intro,
    ...(question === null ? [] : [[question, ...ends].join('\n')]),
    ...(scores.length === 0
      ? []
      : [scores.map((each) => `${each.score}: ${each.link}`).join('\n')]),
    `${action}: ${link}`,
    `-- \n${message.why}\n${message.unsubscribe}: ${message.unsubscribeLink}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

const BODY = 'margin:0;padding:24px 12px;background:#f4f4f2;color:#1d1d1b';
const CARD =
  'max-width:560px;margin:0 auto;padding:24px;background:#ffffff;border-radius:8px;font:16px/1.5 system-ui,sans-serif';
const QUESTION = 'margin:16px 0 8px;font-size:20px;line-height:1.3';
const SCORE =
  'display:inline-block;min-width:20px;padding:8px 10px;margin:0 4px 8px 0;border:1px solid #1f5f8b;border-radius:6px;color:#1f5f8b;text-align:center;text-decoration:none';
const BUTTON =
  'display:inline-block;padding:10px 18px;border-radius:6px;background:#1f5f8b;color:#ffffff;text-decoration:none';
const SMALL = 'margin:24px 0 0;font-size:13px;color:#5c5c58';

/** Styles stand at the elements: programs that show mail leave others out. */
function htmlOf(message: Message): string {
  const { locale, subject, intro, question, scores, action, link } = message;
  return [
    `<!doctype html><html lang="${escaped(locale)}"><head><meta charset="utf-8">`,
    `<meta name="viewport" content="width=device-width"><title>${escaped(subject)}</title></head>`,
    `<body style="${BODY}"><div style="${CARD}"><p style="margin:0">${escaped(intro)}</p>`,
    question === null ? '' : `<h1 style="${QUESTION}">${escaped(question)}</h1>`,
    scores.length === 0 ? '' : scoresHtml(message),
    `<p><a href="${escaped(link)}" style="${BUTTON}">${escaped(action)}</a></p>`,
    `<p style="${SMALL}">${escaped(message.why)}<br>`,
    `<a href="${escaped(message.unsubscribeLink)}" style="color:#5c5c58">${escaped(message.unsubscribe)}</a></p>`,
    '</div></body></html>',
  ].join('');
}

function scoresHtml({ scores, lowLabel, highLabel }: Message): string {
  const links = scores.map(
    ({ score, link }) => `<a href="${escaped(link)}" style="${SCORE}">${score}</a>`,
  );
  const first = scores[0]?.score ?? 0;
  const last = scores.at(-1)?.score ?? 0;
  const ends = [lowLabel && `${first}: ${lowLabel}`, highLabel && `${last}: ${highLabel}`]
    .filter((label) => label !== '')
    .map(escaped);
  const labels = ends.length === 0 ? '' : `<p style="margin:0 0 16px">${ends.join('<br>')}</p>`;
  return `<p style="margin:8px 0">${links.join('')}</p>${labels}`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
