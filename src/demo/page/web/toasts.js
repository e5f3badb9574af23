// Short notices in a corner. They are read aloud, and go by themselves unless somebody is on them.
import { announce, el } from './dom.js';

const STAYS = 9000;

/** `kind`: 'failure' or 'note'. */
export function toast(text, kind = 'failure') {
  const shown = document.getElementById('toasts');
  for (const old of shown.children) if (old.dataset.text === text) old.remove();
  const close = () => box.remove();
  const box = el('div', { class: `toast ${kind}`, data: { text } },
    el('p', {}, text),
    el('button', { type: 'button', class: 'quiet', 'aria-label': 'Dismiss this notice', on: { click: close } }, '×'));
  shown.append(box);
  announce(text, kind === 'failure');
  let timer = setTimeout(close, STAYS);
  const hold = () => clearTimeout(timer);
  const go = () => { hold(); timer = setTimeout(close, STAYS); };
  box.addEventListener('pointerenter', hold);
  box.addEventListener('focusin', hold);
  box.addEventListener('pointerleave', go);
  box.addEventListener('focusout', go);
}
