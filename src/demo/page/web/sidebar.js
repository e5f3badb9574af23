// The conversations of the chosen person, and who that is.
import { pressing } from './acts.js';
import { el, reconcile, unseen } from './dom.js';
import { face, roleOf, titleOf } from './names.js';
import { choosePerson } from './people.js';
import { me, onChange, store } from './store.js';
import { city } from './time.js';

export function drawSidebar() {
  const sidebar = document.getElementById('sidebar');
  const who = el('div', { class: 'who-am-i' });
  const sections = el('div', { class: 'sections' });
  sidebar.append(el('p', { class: 'team' }, el('span', { class: 'face duet small', 'aria-hidden': 'true' }), store.world.team), who, sections);
  onChange((state) => {
    reconcile(who, [{ key: 'me', as: state.as }], (it) => it.key, () => meButton());
    reconcile(sections, sectionsOf(state), (section) => section.title, drawSection);
  });
  document.getElementById('veil').addEventListener('click', () => toggleSidebar(false));
  sidebar.addEventListener('click', (event) => { if (event.target.closest('a')) toggleSidebar(false); });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && document.body.classList.contains('with-sidebar')) toggleSidebar(false);
  });
}

/** On a narrow screen the sidebar is a drawer. */
export function toggleSidebar(open = !document.body.classList.contains('with-sidebar')) {
  const drawer = document.getElementById('drawer');
  if (open === document.body.classList.contains('with-sidebar')) return;
  document.body.classList.toggle('with-sidebar', open);
  document.getElementById('veil').hidden = !open;
  document.getElementById('place').inert = open;
  drawer.setAttribute('aria-expanded', String(open));
  if (open) document.querySelector('#sidebar button').focus();
  else drawer.focus({ preventScroll: true });
}

function meButton() {
  const user = me();
  return el('button', { type: 'button', class: 'me', 'aria-label': `You are ${user.name}, ${roleOf(user)}. Be somebody else`, on: { click: choosePerson } },
    face(user.id, 'large'),
    el('span', {}, el('small', {}, 'You are'), el('span', { class: 'name', dir: 'auto' }, user.name),
      el('small', {}, [user.groups[0], city(user.zone)].filter(Boolean).join(', ') || roleOf(user))),
    el('span', { class: 'change', 'aria-hidden': 'true' }, 'Change'));
}

function sectionsOf(state) {
  const of = (...kinds) => state.conversations.filter((one) => kinds.includes(one.kind));
  const item = (one) => ({ at: one.kind === 'chat' ? 'duet' : one.id, title: titleOf(one), kind: one.kind, unread: one.unread, members: one.members });
  const chat = of('chat')[0];
  const groups = of('group').sort((a, b) => b.latest.localeCompare(a.latest)).map(item);
  const here = (items) => items.map((one) => ({ ...one, current: one.at === store.here.at }));
  const sections = [
    { title: 'Duet', items: [
      { at: 'duet', title: 'Messages', kind: 'chat', unread: chat?.unread ?? 0 },
      { at: 'home', title: 'Home', kind: 'home', unread: 0 },
    ] },
    { title: 'Group messages', items: groups, empty: 'None yet. Introductions come here.' },
    { title: 'Channels', items: of('public', 'private').map(item) },
    { title: 'This demo', items: [{ at: 'everyone', title: 'What everyone sees', kind: 'everyone', unread: 0 }] },
  ];
  const shortcuts = store.world.shortcuts.filter((one) => !one.on_messages);
  return sections.map((section) => ({ ...section, as: state.as, items: here(section.items), shortcuts: section.title === 'Duet' ? shortcuts : [] }));
}

// Each as a letter, not as a picture.
const SIGNS = { chat: '✉\uFE0E', home: '⌂\uFE0E', everyone: '☉\uFE0E', group: '', public: '#', private: '#' };

function drawSection(section) {
  const links = section.items.map((item) => {
    const label = item.kind === 'public' || item.kind === 'private' ? item.title.slice(1) : item.title;
    return el('li', {}, el('a', {
      href: `#/${section.as}/${item.at}`, class: item.unread > 0 ? 'unread' : '', 'aria-current': item.current ? 'page' : null, data: { at: item.at },
    }, el('span', { class: 'sign', 'aria-hidden': 'true' }, item.kind === 'group' ? String(item.members.length - 2) : SIGNS[item.kind]),
    el('span', { class: 'title', dir: 'auto' }, label),
    item.unread > 0 && el('span', { class: 'badge' }, String(item.unread), unseen(' unread'))));
  });
  return el('section', {}, el('h2', {}, section.title),
    links.length > 0 ? el('ul', {}, links) : el('p', { class: 'empty' }, section.empty),
    section.shortcuts.map((one) => {
      const button = el('button', { type: 'button', class: 'shortcut', title: one.about, on: { click: () => pressing(button, { kind: 'shortcut', callback: one.callback }) } }, el('span', { class: 'sign', 'aria-hidden': 'true' }, '⚡\uFE0E'), one.name);
      return button;
    }));
}
