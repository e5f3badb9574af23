// "Who am I?": anybody of the company, found by name, side, role or city.
import { el, fresh } from './dom.js';
import { face, roleOf } from './names.js';
import { store } from './store.js';
import { city, clockTime } from './time.js';

export function choosePerson() {
  const title = fresh('who');
  const search = el('input', { type: 'search', 'aria-label': 'Find somebody by name, team, role or city', placeholder: 'Name, team, role or city', autocomplete: 'off', autofocus: true });
  const rows = el('ul', { class: 'people' });
  const count = el('p', { class: 'unseen', role: 'status' });
  const dialog = el('dialog', { class: 'who', 'aria-labelledby': title },
    el('header', {}, el('h2', { id: title }, 'Who are you?'), closeButton(() => dialog.close())),
    el('div', { class: 'search' }, search), count, rows);
  const draw = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const people = store.world.users.filter((user) => user.playable && words.every((word) => describe(user).includes(word)));
    rows.replaceChildren(...people.map((user) => el('li', {}, row(user, dialog))));
    count.textContent = people.length === 1 ? '1 person' : `${people.length} people`;
    if (people.length === 0) rows.append(el('li', { class: 'nothing' }, 'Nobody of that name.'));
  };
  const buttons = () => [...rows.querySelectorAll('button')];
  dialog.addEventListener('keydown', (event) => {
    const all = buttons();
    const at = all.indexOf(document.activeElement);
    if (event.key === 'ArrowDown') (all[at + 1] ?? all[0])?.focus();
    else if (event.key === 'ArrowUp') (at > 0 ? all[at - 1] : search).focus();
    else if (event.key === 'Enter' && document.activeElement === search) all[0]?.click();
    // The field would take it for itself.
    else if (event.key === 'Escape') dialog.close();
    else return;
    event.preventDefault();
  });
  search.addEventListener('input', draw);
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  draw();
  dialog.showModal();
}

function describe(user) {
  const folded = user.name.normalize('NFD').replace(/\p{M}/gu, '');
  return `${user.name} ${folded} ${roleOf(user)} ${user.groups.join(' ')} ${city(user.zone)}`.toLowerCase();
}

function row(user, dialog) {
  const isMe = user.id === store.here.as;
  return el('button', {
    type: 'button', 'aria-current': isMe ? 'true' : null, data: { person: user.id },
    on: { click: () => { dialog.close(); location.hash = `#/${user.id}/${placeFor(user.id)}`; } },
  }, face(user.id), el('span', { class: 'who-words' },
    el('span', { class: 'name', dir: 'auto' }, user.name, isMe && ' (you)'),
    el('small', {}, [user.groups.join(', ') || null, roleOf(user)].filter(Boolean).join(' · '))),
  el('span', { class: 'who-time' }, user.zone && [city(user.zone), el('br'), clockTime(store.state.now, user.zone)]));
}

/** Where the next person begins: in the same conversation, if they are in it too. */
function placeFor(id) {
  const here = store.state.conversations.find((one) => one.id === store.here.at);
  if (here && here.kind !== 'chat' && here.members.includes(id)) return here.id;
  return ['home', 'everyone'].includes(store.here.at) ? store.here.at : 'duet';
}

export function closeButton(run) {
  return el('button', { type: 'button', class: 'quiet', 'aria-label': 'Close', on: { click: run } }, '×');
}
