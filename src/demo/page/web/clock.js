// The clock of the demo, and the hand on it.
import { pressing } from './acts.js';
import { el } from './dom.js';
import { me, onChange, store, zone } from './store.js';
import { city, clockTime, fullDay, pretty, shortDay } from './time.js';

const MOVES = [
  ['next', 'Next', 'To the next thing that happens', 'primary'],
  ['hour', '+1 hour', 'One hour on', ''],
  ['day', '+1 day', 'One day on', ''],
  ['tuesday', 'Tue 10:00', 'To Tuesday, 10:00', ''],
];

export function drawClock(openSidebar) {
  const time = el('time', { class: 'now' });
  const there = el('span', { class: 'there' });
  const next = el('span', {}, MOVES[0][1]);
  const moves = MOVES.map(([to, text, label, style]) => {
    const button = el('button', {
      type: 'button', class: `button ${style}`, 'aria-label': label, title: label, data: { move: to },
      on: { click: () => pressing(button, { kind: 'advance', to }) },
    }, to === 'next' ? [el('span', { 'aria-hidden': 'true' }, '▸'), next] : text);
    return button;
  });
  const drawer = el('button', {
    type: 'button', class: 'quiet drawer', id: 'drawer', 'aria-label': 'Conversations', 'aria-expanded': 'false', 'aria-controls': 'sidebar',
    on: { click: openSidebar },
  }, '☰');
  document.getElementById('clock').append(
    el('div', { class: 'bar' }, drawer, el('div', { class: 'face-of-clock' }, time, there),
      el('div', { class: 'moves', role: 'group', 'aria-label': 'Move the clock' }, moves)),
    el('section', { id: 'news', 'aria-label': 'What happened', hidden: true }));
  onChange(({ now }) => {
    time.dateTime = new Date(now).toISOString();
    time.textContent = `${fullDay(now)}, ${clockTime(now)}`;
    tellNext(moves[0], next, store.state.next);
    const company = store.world.zone;
    const name = me().name.split(' ')[0];
    const isSame = clockTime(now) === clockTime(now, company);
    there.textContent = zone() === company
      ? `for ${name} in ${city(company)}`
      : `for ${name} in ${city(zone())}${isSame ? ', and' : ` · ${clockTime(now, company)}`} in ${city(company)}`;
  });
}

/** The button says what comes next, and when: "Next: introductions, 10:00". */
function tellNext(button, shown, coming) {
  const [, text, label] = MOVES[0];
  const day = coming && (pretty(coming.at) === 'today' ? '' : pretty(coming.at) === 'tomorrow' ? 'tomorrow ' : `${shortDay(coming.at)} `);
  shown.textContent = coming ? `${text}: ${coming.what}, ${day}${clockTime(coming.at)}` : text;
  const whole = coming ? `${label}: ${coming.what}, ${fullDay(coming.at)}, ${clockTime(coming.at)}` : label;
  button.setAttribute('aria-label', whole);
  button.title = whole;
}
