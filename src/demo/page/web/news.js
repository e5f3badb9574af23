// What came of moving the clock: said in a strip below it, with ways to go and look.
import { announce, el } from './dom.js';
import { mrkdwn } from './mrkdwn.js';
import { given, person, store } from './store.js';
import { clockTime, fullDay } from './time.js';

const SHOWN = 3;

/** A link to a message: as somebody who reads it, where it stands. */
export function whereIs(line) {
  const { as } = store.here;
  const seers = [line.user, ...line.readers];
  const isMine = line.readers.length === 0 || seers.includes(as);
  return `#/${isMine ? as : seers.find((id) => person(id).playable)}/${line.channel}`;
}

/** "Ana, Uma and 2 more"; a channel by its name. */
export function readersOf(line) {
  if (line.readers.length === 0) return `#${store.world.channels.find((one) => one.id === line.channel)?.name ?? 'a channel'}`;
  const names = line.readers.map((id) => (id === store.here.as ? 'you' : given(id)));
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}

export function showNews({ count, told }) {
  const strip = document.getElementById('news');
  if (!strip) return;
  const when = `${fullDay(store.state.now)}, ${clockTime(store.state.now)}`;
  const mine = told.filter((line) => line.readers.includes(store.here.as));
  const words = count === 0
    ? `It is ${when}. Duet has written nothing.`
    : `It is ${when}. Duet wrote ${count === 1 ? 'one message' : `${count} messages`}${mine.length > 0 ? `, ${mine.length} of them to you` : ''}.`;
  const first = [...mine, ...told.filter((line) => !mine.includes(line))].slice(0, SHOWN);
  strip.replaceChildren(
    el('div', {}, el('p', {}, words),
      el('ul', {}, first.map((line) => el('li', {}, el('a', { href: whereIs(line) },
        el('strong', {}, `To ${readersOf(line)}: `), el('span', {}, mrkdwn(line.text, true)))))),
      count > SHOWN && el('a', { class: 'all', href: `#/${store.here.as}/everyone` }, `All ${count} of them`)),
    el('button', { type: 'button', class: 'quiet', 'aria-label': 'Close what happened', on: { click: () => hideNews() } }, '×'));
  strip.hidden = false;
  announce(words);
}

export function hideNews() {
  const strip = document.getElementById('news');
  if (strip) strip.hidden = true;
}
