// The middle of the page: a conversation, the Home tab, or what everyone sees.
import { perform } from './acts.js';
import { drawBlocks } from './blocks.js';
import { composer } from './composer.js';
import { announce, el, reconcile } from './dom.js';
import { aloud, drawMessages } from './messages.js';
import { face, others, roleOf, titleOf } from './names.js';
import { drawEveryone } from './everyone.js';
import { given, me, onChange, person, store } from './store.js';

/** Where we were when this was drawn last, what was read then, and what is known of it. */
let here = { place: '', unreadFrom: null, known: new Set() };

export function drawPlace() {
  onChange((state) => {
    const { as, at } = store.here;
    const place = `${as}/${at}`;
    const isNew = place !== here.place;
    const conversation = current(state);
    if (isNew) here = { place, unreadFrom: conversation?.unread > 0 ? conversation.last_read : null, known: new Set(state.messages.map((one) => one.ts)) };
    head(state, conversation);
    const kind = at === 'home' || at === 'everyone' ? at : 'messages';
    BODIES[kind](state, conversation, isNew);
    if (isNew && kind !== 'messages') document.getElementById('place-body').scrollTop = 0;
    foot(kind, conversation, place);
    if (kind === 'messages') read(state, conversation, isNew);
  });
}

export function current(state) {
  const { at } = store.here;
  return state.conversations.find((one) => (at === 'duet' ? one.kind === 'chat' : one.id === at));
}

/** What came is said aloud; what is looked at is read. */
function read(state, conversation, isNew) {
  const fresh = state.messages.filter((one) => !here.known.has(one.ts) && one.user !== store.here.as);
  for (const one of state.messages) here.known.add(one.ts);
  if (!isNew && fresh.length > 0) announce(fresh.map(aloud).join(' '));
  if (conversation?.unread > 0 && document.visibilityState === 'visible') {
    perform({ kind: 'mark', channel: conversation.id }, { quiet: true });
  }
}

function head(state, conversation) {
  const [title, about, faces] = naming(conversation);
  document.title = `${title} · ${me().name} · Duet demo`;
  reconcile(document.getElementById('place-head'), [{ key: 'head', title, about, faces }], (it) => it.key, () => el('div', { class: 'head' },
    el('div', { class: 'faces' }, faces.map((id) => face(id, 'small'))),
    el('div', {}, el('h1', { id: 'place-title', dir: 'auto' }, title), el('p', { dir: 'auto' }, about))));
}

/** What the place is called, what it is, and whose faces stand there. */
function naming(conversation) {
  const { at } = store.here;
  if (at === 'home') return ['Home', `The Home tab of Duet, as ${given(store.here.as)} sees it`, [store.world.bot]];
  if (at === 'everyone') return ['What everyone sees', 'All that was said in the company, the newest first', []];
  if (at === 'duet') return ['Duet', 'An app. What you write here, it reads', [store.world.bot]];
  if (!conversation) return ['Not here', `${given(store.here.as)} is not in this conversation`, []];
  if (conversation.kind === 'group') {
    const people = others(conversation);
    const about = people.map((id) => `${person(id).name}, ${person(id).groups[0] ?? roleOf(person(id))}`).join(' · ');
    return [titleOf(conversation), about, people];
  }
  return [titleOf(conversation), `${conversation.members.length} members${conversation.archived ? ', archived' : ''}`, []];
}

const BODIES = {
  messages(state, conversation, isNew) {
    const body = scene('messages', () => el('ol', { class: 'messages', 'aria-label': 'Messages' }));
    const list = body.firstElementChild;
    const wasAtEnd = body.scrollHeight - body.scrollTop - body.clientHeight < 80;
    const top = state.messages.filter((one) => !one.thread);
    const last = top.at(-1);
    // What one writes, and what one is answered alone, is seen at once.
    const isMine = last && !here.known.has(last.ts) && (last.user === store.here.as || last.only);
    if (top.length === 0) reconcile(list, [{ key: 'empty', at: store.here.at, as: state.as }], (it) => it.key, () => el('li', { class: 'beginning' }, beginning(conversation)));
    else drawMessages(list, top, { unreadFrom: here.unreadFrom });
    const divider = isNew && list.querySelector('.new');
    if (divider) divider.scrollIntoView({ block: 'start' });
    else if (isNew || wasAtEnd || isMine) body.scrollTop = body.scrollHeight;
  },
  home(state) {
    const body = scene('home', () => el('div', { class: 'home' }));
    const item = { key: state.home?.id ?? 'none', as: state.as, home: state.home };
    reconcile(body.firstElementChild, [item], (it) => `${it.as} ${it.key}`, ({ home }) => el('div', { class: 'view' }, home
      ? drawBlocks(home.body.blocks, { on: 'home', values: home.values }).nodes
      : el('p', { class: 'beginning' }, 'Duet has put nothing here yet.')));
  },
  everyone(state) {
    const body = scene('everyone', () => el('ol', { class: 'everyone' }));
    drawEveryone(body.firstElementChild, state.everyone ?? []);
  },
};

/** The body, emptied for another kind of place. */
function scene(kind, make) {
  const body = document.getElementById('place-body');
  if (body.dataset.kind !== kind) {
    body.dataset.kind = kind;
    body.replaceChildren(make());
  }
  return body;
}

function beginning(conversation) {
  if (store.here.at === 'duet') {
    return [el('p', {}, el('strong', {}, `This is ${given(store.here.as)}'s chat with Duet.`)),
      el('p', {}, 'Nothing was said here yet. Type ', el('code', {}, '/'), ' below to see what Duet can do.')];
  }
  if (!conversation) return el('p', {}, `${me().name} is not in this conversation. Choose another one, or be somebody else.`);
  return el('p', {}, 'Nothing was said here yet.');
}

function foot(kind, conversation, place) {
  const foot = document.getElementById('place-foot');
  const writable = kind === 'messages' && (store.here.at === 'duet' || (conversation && !conversation.archived));
  reconcile(foot, writable ? [{ key: place }] : [], (it) => it.key, () => {
    const to = store.here.at === 'duet' ? 'Duet' : conversation ? titleOf(conversation) : '';
    const channel = store.here.at;
    const { node } = composer(() => ({ channel }), { id: 'composer', 'aria-label': `Message to ${to}`, placeholder: `Message ${to}, or type /` });
    return node;
  });
}
