// Where one writes: messages, commands with their completion, colleagues by @.
import { perform } from './acts.js';
import { el, fresh } from './dom.js';
import { mrkdwn } from './mrkdwn.js';
import { me, store } from './store.js';
import { roleOf } from './names.js';

/** A box to write in. `where()`: { channel, thread }; `props`: of the text box. */
export function composer(where, props) {
  const list = el('ul', { class: 'completions', role: 'listbox', id: fresh('completions'), 'aria-label': 'Suggestions', hidden: true });
  const box = el('textarea', { rows: '1', dir: 'auto', 'aria-autocomplete': 'list', 'aria-controls': list.id, ...props });
  const send = el('button', { type: 'submit', class: 'button primary send', 'aria-label': 'Send' }, el('span', { 'aria-hidden': 'true' }, '➤'));
  let shown = [];
  let active = -1;

  const mark = (to) => {
    shown[active]?.row.classList.remove('active');
    shown[active]?.row.setAttribute('aria-selected', 'false');
    active = to;
    const row = shown[active]?.row;
    row?.classList.add('active');
    row?.setAttribute('aria-selected', 'true');
    row?.scrollIntoView({ block: 'nearest' });
    if (row) box.setAttribute('aria-activedescendant', row.id);
    else box.removeAttribute('aria-activedescendant');
  };
  const suggest = () => {
    const before = box.value.slice(0, box.selectionStart);
    const found = completions(before);
    shown = found.map((one) => ({
      one,
      row: el('li', {
        role: 'option', id: fresh('completion'), 'aria-selected': 'false',
        on: { pointerdown: (event) => event.preventDefault(), click: () => complete(one) },
      }, el('span', { class: 'typed' }, one.text, one.example && el('i', {}, ` ${one.example}`)), el('small', {}, mrkdwn(one.about))),
    }));
    list.replaceChildren(...shown.map(({ row }) => row));
    list.hidden = shown.length === 0;
    mark(-1);
  };
  const complete = (one) => {
    const rest = box.value.slice(box.selectionStart);
    box.value = `${one.start}${one.insert}${rest}`;
    const at = one.start.length + one.insert.length;
    box.setSelectionRange(at, at);
    box.focus();
    suggest();
    grow(box);
  };
  const submit = async () => {
    const text = box.value;
    if (!text.trim()) return;
    box.value = '';
    list.hidden = true;
    grow(box);
    const { channel, thread } = where();
    const { problem } = await perform({ kind: 'say', channel, text, thread: thread || null });
    // Nothing that somebody wrote is lost.
    if (problem && box.value === '') { box.value = text; grow(box); }
  };
  box.addEventListener('input', () => { suggest(); grow(box); });
  box.addEventListener('blur', () => { list.hidden = true; });
  box.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    const isOpen = !list.hidden && shown.length > 0;
    if (isOpen && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      const step = event.key === 'ArrowDown' ? 1 : -1;
      mark(active < 0 && step < 0 ? shown.length - 1 : (active + step + shown.length) % shown.length);
    } else if (isOpen && event.key === 'Tab' && !event.shiftKey) {
      complete(shown[Math.max(active, 0)].one);
    } else if (event.key === 'Enter' && !event.shiftKey) {
      if (isOpen && active >= 0) complete(shown[active].one);
      else submit();
    } else if (isOpen && event.key === 'Escape') {
      list.hidden = true;
      mark(-1);
      event.stopPropagation();
    } else {
      return;
    }
    event.preventDefault();
  });
  const node = el('form', { class: 'composer', on: { submit: (event) => { event.preventDefault(); submit(); } } }, list, box, send);
  return { node, box };
}

function grow(box) {
  box.style.height = 'auto';
  box.style.height = `${Math.min(box.scrollHeight + 2, 180)}px`;
}

/** What could be meant: `start` is what stays, `insert` what takes the place of the rest. */
function completions(before) {
  if (/^\/[^\n]*$/.test(before)) return commands(before);
  const at = before.match(/(^|\s)@([^@\n]{0,30})$/);
  if (!at) return [];
  const start = before.slice(0, before.length - at[2].length - 1);
  const wanted = at[2].toLowerCase();
  const people = store.world.users.filter((user) => user.playable && user.name.toLowerCase().split(' ').some((_, index, all) => all.slice(index).join(' ').startsWith(wanted)));
  return people.slice(0, 8).map((user) => ({ text: `@${user.name}`, about: roleOf(user), start, insert: `@${user.name} ` }));
}

function commands(before) {
  const isOrganiser = me().organiser;
  const typed = before.replace(/\s+/g, ' ').toLowerCase();
  const found = store.world.commands.filter((one) => isOrganiser || !one.organisers).map((one) => {
    const text = one.word ? `${one.command} ${one.word}` : one.command;
    return { text, example: one.example, about: one.organisers ? `${one.about} For organisers.` : one.about, start: '', insert: one.word && !one.example ? text : `${text} ` };
  });
  for (const name of new Set(store.world.commands.map((one) => one.command))) {
    found.push({ text: `${name} help`, about: 'shows everything that it can do.', start: '', insert: `${name} help` });
  }
  const fits = found.filter(({ text }) => text.startsWith(typed.trimEnd()) && text !== typed);
  return fits.sort((a, b) => a.text.localeCompare(b.text)).slice(0, 20);
}
