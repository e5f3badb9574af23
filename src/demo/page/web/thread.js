// A thread, beside the conversation that it belongs to.
import { composer } from './composer.js';
import { el } from './dom.js';
import { drawMessages } from './messages.js';
import { closeButton } from './people.js';
import { onChange, store } from './store.js';

let shown = '';

export function drawThread() {
  const aside = document.getElementById('thread');
  onChange((state) => {
    const { as, at, thread } = store.here;
    const root = thread && state.messages.find((one) => one.ts === thread);
    document.body.classList.toggle('with-thread', Boolean(root));
    aside.hidden = !root;
    if (!root) {
      shown = '';
      aside.replaceChildren();
      return;
    }
    const name = `${as}/${at}/${thread}`;
    if (shown !== name) {
      shown = name;
      open(aside, { as, at, thread });
    }
    const replies = state.messages.filter((one) => one.thread === thread);
    drawMessages(aside.querySelector('ol'), [root, ...replies], { inThread: true });
  });
  aside.addEventListener('keydown', (event) => { if (event.key === 'Escape' && !event.defaultPrevented) leave(); });
}

function leave() {
  const { as, at, thread } = store.here;
  location.hash = `#/${as}/${at}`;
  document.querySelector(`#place-body [data-ts="${CSS.escape(thread)}"]`)?.focus();
}

function open(aside, { at, thread }) {
  const { node, box } = composer(() => ({ channel: at, thread }), { 'aria-label': 'Reply in this thread', placeholder: 'Reply' });
  aside.replaceChildren(
    el('header', {}, el('h2', {}, 'Thread'), closeButton(leave)),
    el('div', { class: 'thread-body' }, el('ol', { class: 'messages', 'aria-label': 'Messages of the thread' })),
    node);
  box.focus();
}
