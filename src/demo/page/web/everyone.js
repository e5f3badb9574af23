// What no Slack shows: all that was said, to everyone. Each line leads to where it stands, as somebody who reads it.
import { el, reconcile } from './dom.js';
import { mrkdwn } from './mrkdwn.js';
import { face } from './names.js';
import { readersOf, whereIs } from './news.js';
import { person } from './store.js';
import { clockTime, shortDay } from './time.js';

export function drawEveryone(list, lines) {
  const items = lines.map((line) => ({ key: `${line.channel} ${line.ts}`, line }));
  if (items.length === 0) items.push({ key: 'none' });
  reconcile(list, items, (item) => item.key, ({ line }) => (line ? drawLine(line) : el('li', { class: 'beginning' }, 'Nothing was said yet.')));
}

function drawLine(line) {
  return el('li', {}, el('a', { href: whereIs(line) },
    face(line.user, 'small'),
    el('span', { class: 'line' },
      el('span', { class: 'to' }, `${person(line.user).name} to ${readersOf(line)}`, line.only && ' alone', line.edited && ' (edited)'),
      el('span', { class: 'text', dir: 'auto' }, mrkdwn(line.text, true))),
    el('time', {}, shortDay(line.at), el('br'), clockTime(line.at))));
}
