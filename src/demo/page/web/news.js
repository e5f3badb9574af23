// What came of moving the clock: said in a strip below it, with ways to go and look.
import { announce, el } from './dom.js';
import { mrkdwn } from './mrkdwn.js';
import { given, person, store } from './store.js';
import { clockTime, fullDay } from './time.js';

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

export function showNews({ count, theirs, told }) {
  const strip = document.getElementById('news');
  const when = `It is ${fullDay(store.state.now)}, ${clockTime(store.state.now)}.`;
  const what = count === 0 ? 'Duet has written nothing' : `Duet wrote ${count === 1 ? 'one message' : `${count} messages`}`;
  const mine = theirs === 0 ? '' : theirs === count ? ', to you' : `, ${theirs} of them to you`;
  const words = `${when} ${what}${mine}.`;
  fill(strip, [el('p', {}, words),
    el('ul', {}, told.map((line) => el('li', {}, el('a', { href: whereIs(line) },
      el('strong', {}, `To ${readersOf(line)}: `), el('span', {}, mrkdwn(line.text, true)))))),
    count > told.length && el('a', { class: 'all', href: `#/${store.here.as}/everyone` }, `All ${count} of them`)]);
  announce(words);
}

/** Before anything has happened: what a visitor may try. */
export function showTries() {
  fill(document.getElementById('news'), [el('p', {}, `You are ${person(store.here.as).name}. Three things to try:`),
    el('ol', {},
      el('li', {}, 'Press ', el('strong', {}, 'Next thing'), ' until a group message is there: an introduction.'),
      el('li', {}, 'Write ', el('strong', {}, '/buddy pause'), ' to Duet, and pick a day. A single / shows what else there is.'),
      el('li', {}, 'Be somebody else: ', el('strong', {}, 'Change'), ', beside the name. Sam is the one who runs Duet here.'))]);
}

function fill(strip, content) {
  strip.replaceChildren(el('div', {}, content),
    el('button', { type: 'button', class: 'quiet', 'aria-label': 'Close this', on: { click: hideNews } }, '×'));
  strip.hidden = false;
}

export function hideNews() {
  document.getElementById('news').hidden = true;
}
