// Messages: who, when, what, and what one can do with each.
import { perform } from './acts.js';
import { drawBlocks } from './blocks.js';
import { el, reconcile } from './dom.js';
import { emoji, REACTIONS } from './emoji.js';
import { menuButton } from './menu.js';
import { mrkdwn } from './mrkdwn.js';
import { face } from './names.js';
import { person, store } from './store.js';
import { clockTime, dayKey, fullDay, pretty } from './time.js';

/** Who writes again so soon is not named again. */
const TOGETHER = 5 * 60_000;

/** Shows messages in `list`, with the days between them; `unreadFrom`: the time of the last one that was read. */
export function drawMessages(list, messages, { unreadFrom = null, inThread = false } = {}) {
  const items = [];
  let before = null;
  let isNewShown = false;
  for (const message of messages) {
    if (!before || dayKey(before.at) !== dayKey(message.at)) items.push({ key: `day ${dayKey(message.at)}`, day: dayName(message.at) });
    if (unreadFrom !== null && !isNewShown && message.ts > unreadFrom && message.user !== store.here.as) {
      items.push({ key: 'new', isNew: true });
      isNewShown = true;
    }
    const follows = before && before.user === message.user && before.only === message.only
      && items.at(-1).message && message.at - before.at < TOGETHER;
    items.push({ key: message.ts, message, follows: Boolean(follows), inThread, as: store.here.as, replies: inThread ? null : repliesTo(message) });
    before = message;
  }
  return reconcile(list, items, (item) => item.key, drawItem);
}

function dayName(at) {
  const name = pretty(at);
  const day = fullDay(at);
  return name === day ? day : `${name[0].toUpperCase()}${name.slice(1)}, ${day}`;
}

function repliesTo(message) {
  const replies = store.state.messages.filter((one) => one.thread === message.ts);
  return replies.length > 0 ? { count: replies.length, last: replies.at(-1).at } : null;
}

function drawItem(item) {
  if (item.day) return el('li', { class: 'day', role: 'separator' }, el('span', {}, item.day));
  if (item.isNew) return el('li', { class: 'new', role: 'separator' }, el('span', {}, 'New'));
  return drawMessage(item);
}

function drawMessage({ message, follows, inThread, replies }) {
  const isDuet = message.user === store.world.bot;
  const on = { message: { channel: message.channel, ts: message.ts } };
  const drawn = message.blocks.length > 0
    ? drawBlocks(message.blocks, { on, values: message.values }).nodes
    : [el('div', { class: 'words', dir: 'auto' }, mrkdwn(message.text))];
  const name = person(message.user).name;
  const head = el('div', { class: follows ? 'head unseen' : 'head' },
    el('span', { class: 'name', dir: 'auto' }, name), isDuet && el('span', { class: 'app' }, 'App'),
    el('time', { datetime: new Date(message.at).toISOString() }, clockTime(message.at)));
  return el('li', { class: `message${follows ? ' follows' : ''}${message.only ? ' only' : ''}`, tabindex: '-1', data: { ts: message.ts } },
    follows ? el('time', { class: 'margin-time', 'aria-hidden': 'true' }, clockTime(message.at)) : face(message.user),
    el('article', { 'aria-label': `${name}, ${clockTime(message.at)}` },
      head,
      message.only && el('p', { class: 'only-you' }, 'Only visible to you'),
      drawn,
      message.edited && el('p', { class: 'edited' }, '(edited)'),
      reactionsOf(message),
      replies && el('a', { class: 'replies', href: `#/${store.here.as}/${store.here.at}/${message.ts}` },
        replies.count === 1 ? '1 reply' : `${replies.count} replies`, el('small', {}, ` last ${pretty(replies.last)} at ${clockTime(replies.last)}`))),
    !message.only && tools(message, inThread));
}

function reactionsOf(message) {
  if (message.reactions.length === 0) return null;
  return el('ul', { class: 'reactions', 'aria-label': 'Reactions' }, message.reactions.map((one) => {
    const names = one.users.map((id) => (id === store.here.as ? 'you' : person(id).name)).join(', ');
    const isMine = one.users.includes(store.here.as);
    return el('li', {}, el('button', {
      type: 'button', 'aria-pressed': String(isMine), title: names, 'aria-label': `${one.name.replaceAll('_', ' ')}: ${names}`,
      data: { focus: `reaction ${one.name}` }, on: { click: () => react(message, one.name) },
    }, emoji(one.name) ?? `:${one.name}:`, el('span', { class: 'count' }, String(one.users.length))));
  }));
}

const react = (message, name) => perform({ kind: 'react', channel: message.channel, ts: message.ts, name });

/** What one can do with a message: react, answer in a thread, start a shortcut. */
function tools(message, inThread) {
  const actions = store.world.shortcuts.filter((one) => one.on_messages);
  const root = message.thread ?? message.ts;
  return el('div', { class: 'tools' },
    menuButton({ class: 'quiet', 'aria-label': 'React to this message', title: 'React', data: { focus: 'react' } }, '☺', () =>
      REACTIONS.map((name) => ({ text: `${emoji(name)}\u2002${name.replaceAll('_', ' ')}`, label: name.replaceAll('_', ' '), run: () => react(message, name) }))),
    !inThread && el('a', { class: 'quiet', href: `#/${store.here.as}/${store.here.at}/${root}`, title: 'Reply in a thread', 'aria-label': 'Reply in a thread' }, '↳'),
    actions.length > 0 && menuButton({ class: 'quiet', 'aria-label': 'More for this message', title: 'More' }, '⋯', () =>
      actions.map((one) => ({ text: one.name, about: one.about, run: () => perform({ kind: 'message_shortcut', channel: message.channel, ts: message.ts, callback: one.callback }) }))));
}

/** The message that screen readers hear when it comes. */
export function aloud(message) {
  const words = el('span', {}, mrkdwn(message.text.split('\n')[0], true)).textContent;
  return `${person(message.user).name}: ${words}${message.only ? ' Only visible to you.' : ''}`;
}

