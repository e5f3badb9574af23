// How people and conversations are called.
import { el } from './dom.js';
import { given, person, store } from './store.js';

/** A conversation's name in the sidebar and above its messages. */
export function titleOf(conversation) {
  if (conversation.kind === 'chat') return 'Duet';
  if (conversation.kind === 'group') {
    return others(conversation).map(given).join(', ') || 'A group';
  }
  return `#${conversation.name}`;
}

/** Who is in it, beside me and the app. */
export function others(conversation) {
  const mine = [store.here.as, store.world.bot];
  return conversation.members.filter((id) => !mine.includes(id));
}

/** What a person does here, in a few words. */
export function roleOf(user) {
  const parts = [];
  if (user.organiser) parts.push('runs Duet');
  if (user.admin) parts.push('admin');
  if (user.guest) parts.push('guest');
  if (user.outside) parts.push('from another company');
  return [user.title, ...parts].filter(Boolean).join(', ');
}

/** Initials on a colour of one's own. Decoration: the name stands beside it. */
export function face(id, size = '') {
  const user = person(id);
  if (id === store.world.bot) return el('span', { class: `face duet ${size}`, 'aria-hidden': 'true' });
  const letters = user.name.split(/\s+/).map((word) => [...word][0] ?? '');
  const initials = letters.length > 1 ? letters[0] + letters.at(-1) : letters[0];
  const tone = [...id].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 8, 7);
  return el('span', { class: `face tone-${tone} ${size}`, 'aria-hidden': 'true' }, initials.toUpperCase());
}
