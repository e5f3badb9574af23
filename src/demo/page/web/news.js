// What came of moving the clock: said in a strip below it, with ways to go and look.
import { announce, el } from './dom.js';
import { mrkdwn } from './mrkdwn.js';
import { choosePerson } from './people.js';
import { given, person, store } from './store.js';
import { clockTime, fullDay } from './time.js';

/** A link to a message: as somebody who reads it, where it stands. */
export function whereIs(line) {
  const { as } = store.here;
  const seers = [line.user, ...line.readers];
  const isMine = line.readers.length === 0 || seers.includes(as);
  return `#/${isMine ? as : seers.find((id) => person(id).playable)}/${line.channel}`;
}

/** "you, Uma, Ben and 2 more"; a channel by its name. */
export function readersOf(line) {
  if (line.readers.length === 0) return `#${store.world.channels.find((one) => one.id === line.channel)?.name ?? 'a channel'}`;
  const names = [...line.readers].sort((a, b) => (b === store.here.as) - (a === store.here.as))
    .map((id) => (id === store.here.as ? 'you' : given(id)));
  const last = names.length > 4 ? `${names.splice(3).length} more` : names.pop();
  return names.length > 0 ? `${names.join(', ')} and ${last}` : last;
}

export function showNews({ written, changed, theirs, told }) {
  const strip = document.getElementById('news');
  const count = written + changed;
  const when = `It is ${fullDay(store.state.now)}, ${clockTime(store.state.now)}.`;
  const many = (number) => (number === 1 ? 'one message' : `${number} messages`);
  const what = count === 0 ? 'Duet has written nothing'
    : written === 0 ? `Duet changed ${many(changed)}`
      : `Duet wrote ${many(written)}${changed > 0 ? ` and changed ${changed}` : ''}`;
  const mine = theirs === 0 ? '' : theirs === count ? ', to you' : `, ${theirs} of them to you`;
  const words = `${when} ${what}${mine}.`;
  fill(strip, [el('p', {}, words),
    el('ul', {}, told.map((line) => el('li', {}, el('a', { href: whereIs(line) },
      el('strong', {}, `To ${readersOf(line)}${line.edited ? ', changed' : ''}: `), el('span', {}, mrkdwn(line.text, true)))))),
    count > told.length && el('a', { class: 'all', href: `#/${store.here.as}/everyone` }, `All ${count} of them`)]);
  announce(words);
}

/** Before anything has happened: what a visitor may try. */
export function showTries() {
  fill(document.getElementById('news'), [el('p', {}, `You are ${person(store.here.as).name}. Three things to try:`),
    el('ol', {},
      el('li', {}, 'Press ', el('strong', {}, 'Next'), ' until you have a group message: your introduction.'),
      el('li', {}, 'Write ', el('strong', {}, '/buddy pause'), ' to Duet, and pick a day. A single / shows what else there is.'),
      el('li', {}, el('button', { type: 'button', class: 'words', on: { click: choosePerson } }, 'Be somebody else'), ', by your name. Sam is the one who runs Duet here.'))]);
}

function fill(strip, content) {
  strip.replaceChildren(el('div', {}, content),
    el('button', { type: 'button', class: 'quiet', 'aria-label': 'Close this', on: { click: hideNews } }, '×'));
  strip.hidden = false;
}

export function hideNews() {
  document.getElementById('news').hidden = true;
}
